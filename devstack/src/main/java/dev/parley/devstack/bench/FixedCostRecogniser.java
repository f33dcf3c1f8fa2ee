package dev.parley.devstack.bench;

import dev.parley.audio.Sound;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Takes its time, and none of the processor's: the pipeline's own cost is what remains. What it understands follows from the samples, so
 * that the same sound is the same words, and other sound is others.
 */
public final class FixedCostRecogniser implements SpeechRecogniser {
    private static final int NUMBERS = 1000;

    private final Duration cost;

    /** @param cost of each recognition */
    public FixedCostRecogniser(Duration cost) {
        this.cost = cost;
    }

    @Override
    public String name() {
        return "fixed-cost";
    }

    @Override
    public Recognition recognise(Sound speech) {
        FixedCost.spend(cost);
        int number = Math.floorMod(Arrays.hashCode(speech.samples()), NUMBERS);
        return new Recognition("Stop, please, number " + number + ".", List.of(), OptionalDouble.empty());
    }

    @Override
    public void close() {
        // nothing is held
    }
}
