package dev.parley.testkit.caller;

import dev.parley.audio.Sound;

/** Sounds that stand for voices where no recording is needed. */
final class Voices {
    private Voices() {}

    /** A loud tone of so many milliseconds, from its first sample to its last. */
    static Sound beeps(int millis) {
        short[] samples = new short[millis * 8];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (8_000 * Math.cos(2 * Math.PI * 300 * i / 8_000));
        }
        return Sound.ofLine(samples);
    }
}
