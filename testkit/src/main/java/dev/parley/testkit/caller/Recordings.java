package dev.parley.testkit.caller;

import dev.parley.audio.Frames;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * Recordings of people with the text of what they say: Asterisk's core sounds of one language, in a folder with
 * {@code <language>/*.wav} and {@code core-sounds-<language>.txt.gz}. The environment names it: {@code PARLEY_SOUNDS}.
 */
public final class Recordings {
    /** The environment variable that names the folder. */
    public static final String FOLDER = "PARLEY_SOUNDS";

    /**
     * A recording.
     *
     * @param name its name without folder and extension, such as {@code digits/5}
     * @param text what is said in it
     */
    public record Recording(String name, Path file, String text) {
        /** Its sound at 8 kHz. */
        public Sound sound() {
            return Resampler.resample(WavFile.read(file), Frames.SAMPLE_RATE);
        }
    }

    private final List<Recording> all;

    private Recordings(List<Recording> all) {
        this.all = all;
    }

    /** The recordings of a language, or empty where {@code PARLEY_SOUNDS} is not set: a test skips, and says why. */
    public static Optional<Recordings> find(String language) {
        return Optional.ofNullable(System.getenv(FOLDER)).map(folder -> in(Path.of(folder), language));
    }

    /**
     * The recordings of a language in a folder: those that have both a file and a text of words.
     *
     * @throws UncheckedIOException where the folder is not as it should be
     */
    public static Recordings in(Path folder, String language) {
        Path texts = folder.resolve("core-sounds-" + language + ".txt.gz");
        List<Recording> found = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(texts)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int colon = line.indexOf(": ");
                if (line.startsWith(";") || colon < 0) {
                    continue;
                }
                String name = line.substring(0, colon).strip();
                String text = line.substring(colon + 2).strip();
                Path file = folder.resolve(language).resolve(name + ".wav");
                // Text in brackets describes a sound that is no speech.
                if (!text.startsWith("[") && !text.isEmpty() && Files.isRegularFile(file)) {
                    found.add(new Recording(name, file, text));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no recordings of '" + language + "' in " + folder, e);
        }
        return new Recordings(List.copyOf(found));
    }

    /** All of them, in the order of the list of texts. */
    public List<Recording> all() {
        return all;
    }

    /** One by its name. */
    public Recording named(String name) {
        return all.stream()
                .filter(recording -> recording.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no recording is called '" + name + "'"));
    }

    /** So many different ones of at least {@code minWords} words; the same seed gives the same. */
    public List<Recording> pick(long seed, int count, int minWords) {
        List<Recording> fitting = new ArrayList<>(all.stream()
                .filter(recording -> recording.text().split("\\s+").length >= minWords)
                .toList());
        Collections.shuffle(fitting, new Random(seed));
        return List.copyOf(fitting.subList(0, Math.min(count, fitting.size())));
    }

    /** The half of the recordings to tune on (true), or the other, to judge by: a fixed split by name. */
    public List<Recording> half(boolean tuning) {
        return all.stream()
                .filter(recording -> (Math.floorMod(recording.name().hashCode(), 2) == 0) == tuning)
                .toList();
    }
}
