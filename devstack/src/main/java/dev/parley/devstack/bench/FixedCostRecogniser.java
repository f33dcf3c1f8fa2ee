package dev.parley.devstack.bench;

import dev.parley.audio.Sound;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/** Takes its time, and none of the processor's, and understands the same words whatever was said: the pipeline's own cost is what remains. */
final class FixedCostRecogniser implements SpeechRecogniser {
    private final Duration cost;
    private final String words;

    FixedCostRecogniser(Duration cost, String words) {
        this.cost = cost;
        this.words = words;
    }

    @Override
    public String name() {
        return "fixed-cost";
    }

    @Override
    public Recognition recognise(Sound speech) {
        FixedCost.spend(cost);
        return new Recognition(words, List.of(), OptionalDouble.empty());
    }

    @Override
    public void close() {
        // nothing is held
    }
}
