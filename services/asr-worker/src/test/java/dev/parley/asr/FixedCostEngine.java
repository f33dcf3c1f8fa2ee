package dev.parley.asr;

import dev.parley.audio.Sound;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** An engine that costs time and no CPU, so that what is measured is the queue. */
final class FixedCostEngine implements SpeechRecogniser {
    private final Function<Sound, Recognition> answer;

    private FixedCostEngine(Function<Sound, Recognition> answer) {
        this.answer = answer;
    }

    static FixedCostEngine answering(Function<Sound, Recognition> answer) {
        return new FixedCostEngine(answer);
    }

    static FixedCostEngine taking(Duration cost) {
        return answering(speech -> {
            long end = System.nanoTime() + cost.toNanos();
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            return Recognition.of("words");
        });
    }

    @Override
    public String name() {
        return "fixed";
    }

    @Override
    public Recognition recognise(Sound speech) {
        return answer.apply(speech);
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
