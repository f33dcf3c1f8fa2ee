package dev.parley.speech;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What recognisers of Moonshine's and Whisper's kind make up where nobody speaks: they have learnt from subtitles, and
 * say over silence and noise what subtitles say there.
 */
final class Inventions {
    /** A frame as loud as this may hold speech; the quietest that people can follow on a line is about -50 dB. */
    private static final double AUDIBLE_DB = -60;

    /** Over loud noise the engine gropes: 0.3 and less. Of 140 single words on the line the worst had 0.36. */
    private static final double DOUBTFUL = 0.33;

    /** Whole texts that callers hardly ever say by themselves, and that come over silence with every confidence. */
    private static final Set<String> SUBTITLES =
            Set.of("you", "thanks for watching", "thank you for watching", "music", "music playing", "silence");

    /** A phrase of at most so many words counts as a loop ... */
    private static final int LONGEST_PHRASE = 12;

    /** ... when it fills so many words with itself alone, */
    private static final int LOOP_WORDS = 12;

    /** at least so many times: people do repeat words, and dictate zeros. */
    private static final int LOOP_TIMES = 4;

    /** A phrase of so many words is a loop at the third time. */
    private static final int LONG_PHRASE = 4;

    private Inventions() {}

    /** Whether nothing in the sound is loud enough to be speech. */
    static boolean isSilence(Sound sound) {
        int frame = Math.max(1, sound.sampleRate() * Frames.MILLIS / 1000);
        short[] samples = sound.samples();
        for (int at = 0; at < samples.length; at += frame) {
            if (Pcm.levelDb(samples, at, Math.min(frame, samples.length - at)) > AUDIBLE_DB) {
                return false;
            }
        }
        return true;
    }

    /** The text without what was made up: maybe nothing. The confidence is the mean probability of a token, 0 to 1. */
    static String drop(String text, double confidence) {
        String spoken = text.replaceAll("[♪♫#]|\\[[^\\]]*\\]|\\([^)]*\\)", " ")
                .replaceAll("\\s+", " ")
                .strip();
        String words = spoken.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}' ]", "")
                .strip();
        boolean madeUp = confidence < DOUBTFUL || SUBTITLES.contains(words);
        return words.isEmpty() || madeUp ? "" : withoutLoop(spoken);
    }

    /** Cuts a loop down to its first round, and drops what comes after it: the decoder was lost by then. */
    private static String withoutLoop(String text) {
        List<String> words = Arrays.asList(text.split(" "));
        for (int at = 0; at < words.size(); at++) {
            for (int phrase = 1; phrase <= LONGEST_PHRASE; phrase++) {
                int times = rounds(words, at, phrase);
                if (times >= (phrase >= LONG_PHRASE ? LOOP_TIMES - 1 : LOOP_TIMES) && times * phrase >= LOOP_WORDS) {
                    return String.join(" ", words.subList(0, at + phrase));
                }
            }
        }
        return text;
    }

    private static int rounds(List<String> words, int at, int phrase) {
        int times = 1;
        while (at + (times + 1) * phrase <= words.size()
                && words.subList(at, at + phrase)
                        .equals(words.subList(at + times * phrase, at + (times + 1) * phrase))) {
            times++;
        }
        return times;
    }
}
