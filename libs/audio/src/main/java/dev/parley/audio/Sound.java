package dev.parley.audio;

import java.time.Duration;
import java.util.Arrays;

/**
 * A piece of mono sound in memory.
 *
 * <p>The samples are not copied: who hands an array in gives it away, and who reads it does not write to it.
 *
 * @param sampleRate samples a second
 * @param samples signed 16-bit samples
 */
@SuppressWarnings("ArrayRecordComponent") // a copy for each look at a minute of sound would help nobody
public record Sound(int sampleRate, short[] samples) {
    /** Refuses a rate that no sound can have. */
    public Sound {
        if (sampleRate <= 0) {
            throw new IllegalArgumentException("a sound cannot have " + sampleRate + " samples a second");
        }
    }

    /** Sound at the line's rate, 8 kHz. */
    public static Sound ofLine(short[] samples) {
        return new Sound(Frames.SAMPLE_RATE, samples);
    }

    /** How long it lasts. */
    public Duration duration() {
        return Duration.ofNanos(samples.length * 1_000_000_000L / sampleRate);
    }

    /** How long it lasts, in seconds. */
    public double seconds() {
        return (double) samples.length / sampleRate;
    }

    /** The samples from one instant up to another, both counted from the beginning; cut off where the sound ends. */
    public Sound between(Duration from, Duration to) {
        int first = sampleAt(from);
        return new Sound(sampleRate, Arrays.copyOfRange(samples, first, Math.max(first, sampleAt(to))));
    }

    private int sampleAt(Duration time) {
        return (int) Math.clamp(time.toNanos() * (double) sampleRate / 1e9, 0, samples.length);
    }

    /** The same length, rate and samples. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Sound sound && sound.sampleRate == sampleRate && Arrays.equals(sound.samples, samples);
    }

    @Override
    public int hashCode() {
        return 31 * sampleRate + Arrays.hashCode(samples);
    }

    /** Rate and length; never the samples. */
    @Override
    public String toString() {
        return "Sound[%d Hz, %.2f s]".formatted(sampleRate, seconds());
    }
}
