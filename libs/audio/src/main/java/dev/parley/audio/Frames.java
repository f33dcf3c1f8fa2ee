package dev.parley.audio;

import java.time.Duration;

/**
 * The measure of a call: 20 ms frames of 8 kHz mono audio, 160 samples of 16 bits each.
 *
 * <p>Frames are counted from 0, and ranges of frames are inclusive at both ends.
 */
public final class Frames {
    /** Samples a second on the line and on every topic. */
    public static final int SAMPLE_RATE = 8_000;

    /** Samples in a frame. */
    public static final int SAMPLES = 160;

    /** Bytes of a frame's samples, 16 bits each. */
    public static final int BYTES = 2 * SAMPLES;

    /** Length of a frame in milliseconds. */
    public static final int MILLIS = 20;

    /** Length of a frame in microseconds. */
    public static final long MICROS = 20_000;

    private Frames() {}

    /** The time that so many frames take. */
    public static Duration duration(long frames) {
        return Duration.ofMillis(frames * MILLIS);
    }

    /** The time that so many frames take, in milliseconds. */
    public static long toMillis(long frames) {
        return frames * MILLIS;
    }

    /** How many frames it takes to cover this time: a part of a frame counts as a whole one. */
    public static int covering(Duration time) {
        return Math.toIntExact(Math.ceilDiv(time.toMillis(), (long) MILLIS));
    }

    /** How many frames it takes to cover so many milliseconds: a part of a frame counts as a whole one. */
    public static int coveringMillis(long millis) {
        return Math.toIntExact(Math.ceilDiv(millis, (long) MILLIS));
    }

    /** The first sample of a frame, counted from the first sample of frame 0. */
    public static long firstSample(long frame) {
        return frame * SAMPLES;
    }
}
