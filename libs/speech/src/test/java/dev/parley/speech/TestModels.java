package dev.parley.speech;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import java.nio.file.Path;

/** The real models and recordings that the launcher fetches; tests that need them are skipped when there are none. */
final class TestModels {
    private TestModels() {}

    static ModelStore store() {
        return new ModelStore(folder("PARLEY_MODELS", "./parley models"));
    }

    /** Human prompts at 8 kHz: en/*.wav and their texts. */
    static Path sounds() {
        return folder("PARLEY_SOUNDS", "./parley recordings");
    }

    /** A recording as the telephone line carries it. */
    static Sound onTheLine(ModelFile recording) {
        return Resampler.resample(WavFile.read(store().file(recording)), Frames.SAMPLE_RATE);
    }

    private static Path folder(String variable, String command) {
        String folder = System.getenv(variable);
        assumeTrue(folder != null, variable + " is not set, so the real thing is not tested. Get it with: " + command);
        return Path.of(folder);
    }
}
