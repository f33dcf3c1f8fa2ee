package dev.parley.devstack;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.audio.Sound;
import dev.parley.testkit.caller.Recordings;
import dev.parley.testkit.caller.Sounds;
import java.nio.file.Path;
import java.util.Optional;

/** What a test of whole calls is given from outside. Where it is not, the test is skipped, and says so; {@code ./parley test} gives it. */
public final class Given {
    private Given() {}

    /** The folder of the engines' models. */
    public static Path models() {
        String models = System.getenv("PARLEY_MODELS");
        assumeTrue(models != null, "SKIPPED: PARLEY_MODELS is not set, so there are no engines; ./parley test sets it");
        return Path.of(models);
    }

    /** Recordings of a person who speaks English. */
    public static Recordings human() {
        Optional<Recordings> found = Recordings.find("en");
        assumeTrue(
                found.isPresent(),
                "SKIPPED: PARLEY_SOUNDS is not set, so there is no human speech; ./parley test sets it");
        return found.get();
    }

    /** One of those recordings, without the silence around it. */
    public static Sound human(String name) {
        return Sounds.trimmed(human().named(name).sound());
    }
}
