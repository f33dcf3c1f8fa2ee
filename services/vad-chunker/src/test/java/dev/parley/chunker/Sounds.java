package dev.parley.chunker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechEngines;
import dev.parley.speech.VoiceActivityModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Human speech and the real network; tests that need them are skipped, and say so, where the environment names neither. */
public final class Sounds {
    private Sounds() {}

    /** The real network. */
    public static VoiceActivityModel silero() {
        return SpeechEngines.voiceActivity(new ModelStore(folder("PARLEY_MODELS")));
    }

    /** A recording of Debian's asterisk-core-sounds: "en/demo-instruct". */
    public static Path recording(String name) {
        return folder("PARLEY_SOUNDS").resolve(name + ".wav");
    }

    /** All recordings of a language that are so many seconds long, by name. */
    public static List<Path> recordings(String language, double shortest, double longest) {
        try (Stream<Path> files = Files.list(folder("PARLEY_SOUNDS").resolve(language))) {
            return files.filter(file -> file.toString().endsWith(".wav"))
                    .filter(file -> seconds(file) >= shortest && seconds(file) <= longest)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double seconds(Path file) {
        try {
            return (Files.size(file) - 44) / 16_000.0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder(String variable) {
        Optional<String> folder = Optional.ofNullable(System.getenv(variable));
        assumeTrue(folder.isPresent(), variable + " is not set: this test needs it; ./parley test sets it");
        return Path.of(folder.orElseThrow());
    }
}
