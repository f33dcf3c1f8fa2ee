package dev.parley.testkit.caller;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Cutting and gluing of what a caller says, all at 8 kHz. */
public final class Sounds {
    private Sounds() {}

    /** So much digital silence. */
    public static Sound silence(Duration length) {
        return Sound.ofLine(new short[(int) (length.toMillis() * 8)]);
    }

    /** One after the other. */
    public static Sound glue(Sound... parts) {
        return glue(Arrays.asList(parts), Duration.ZERO);
    }

    /** One after the other with a pause between each two. */
    public static Sound glue(List<Sound> parts, Duration pause) {
        List<short[]> pieces = new ArrayList<>();
        for (Sound part : parts) {
            if (part.sampleRate() != Frames.SAMPLE_RATE) {
                throw new IllegalArgumentException("8 kHz is wanted, not " + part.sampleRate());
            }
            if (!pieces.isEmpty()) {
                pieces.add(silence(pause).samples());
            }
            pieces.add(part.samples());
        }
        short[] all = new short[pieces.stream().mapToInt(piece -> piece.length).sum()];
        int at = 0;
        for (short[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return Sound.ofLine(all);
    }

    /** Without the silence at both ends: from the first to the last voiced sample. */
    public static Sound trimmed(Sound sound) {
        VoiceDetector detector = VoiceDetector.forClean(sound.samples());
        int first = detector.firstVoiced(sound.samples(), 0);
        int last = detector.lastVoiced(sound.samples());
        return first < 0
                ? Sound.ofLine(new short[0])
                : Sound.ofLine(Arrays.copyOfRange(sound.samples(), first, last + 1));
    }

    /** With white noise under all of it, at a level in dBFS; the same seed gives the same noise. */
    public static Sound withNoise(Sound sound, double levelDb, long seed) {
        return Sound.ofLine(Pcm.mix(sound.samples(), noise(sound.samples().length, levelDb, seed)));
    }

    /** White noise of a level in dBFS (root mean square). */
    public static short[] noise(int length, double levelDb, long seed) {
        double scale = 32_768 * Math.pow(10, levelDb / 20);
        Random random = new Random(seed);
        short[] noise = new short[length];
        for (int i = 0; i < length; i++) {
            noise[i] = (short) Math.clamp(Math.round(scale * random.nextGaussian()), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return noise;
    }
}
