package dev.parley.testkit.asterisk;

import java.time.Duration;

/** Sines, for media that is not speech. */
final class Tones {
    private Tones() {}

    static short[] tone(double hertz, Duration length) {
        short[] samples = new short[(int) (length.toMillis() * 8)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.round(6_000 * Math.sin(2 * Math.PI * hertz * i / 8_000));
        }
        return samples;
    }
}
