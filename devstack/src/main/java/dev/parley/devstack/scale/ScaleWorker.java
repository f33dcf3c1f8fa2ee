package dev.parley.devstack.scale;

import dev.parley.asr.AsrWorkerConfig;
import dev.parley.asr.AsrWorkerService;
import dev.parley.audio.Sound;
import dev.parley.devstack.bench.FixedCostRecogniser;
import dev.parley.runtime.ServiceMain;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import java.time.Duration;
import java.util.Arrays;

/**
 * asr-worker as a process, but for its engine: that takes the milliseconds of the first argument, one chunk at a time. It prints {@code took HASH} when it has
 * begun on a chunk, so that whoever watches knows what dies with it.
 */
public final class ScaleWorker {
    static final String TOOK = "took ";

    private ScaleWorker() {}

    /** Ends when it is told to, as every service. */
    public static void main(String[] words) {
        var cost = Duration.ofMillis(Long.parseLong(words[0]));
        System.exit(ServiceMain.run(
                "asr-worker",
                context -> new AsrWorkerService(
                        context,
                        AsrWorkerConfig.from(context.settings()),
                        new Telling(new FixedCostRecogniser(cost)))));
    }

    private record Telling(SpeechRecogniser engine) implements SpeechRecogniser {
        @Override
        public String name() {
            return engine.name();
        }

        @Override
        public Recognition recognise(Sound speech) {
            System.out.println(TOOK + Arrays.hashCode(speech.samples()));
            return engine.recognise(speech);
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
