package dev.parley.testkit.asterisk;

import dev.parley.audio.Frames;
import dev.parley.testkit.line.LineRecording;

/**
 * Sound that says which frame it is: the halves of a frame hold one value each, and the two are the digits of its number. The values are
 * among those that µ-law has, so a real line brings them through unchanged.
 */
final class Steps {
    private static final int BASE = 100;
    private static final int HALF = Frames.SAMPLES / 2;

    private Steps() {}

    /** So many frames; frame {@code i} says {@code first + i}. Silence says 0. */
    static short[] staircase(int first, int frames) {
        short[] samples = new short[frames * Frames.SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            int number = first + i / Frames.SAMPLES;
            samples[i] = value(i % Frames.SAMPLES < HALF ? number / BASE : number % BASE);
        }
        return samples;
    }

    /** The number of the frame that begins at a sample; -2 where it holds something else. */
    static int number(short[] samples, int from) {
        int high = digit(samples[from + HALF / 2]);
        int low = digit(samples[from + HALF + HALF / 2]);
        return high < 0 || low < 0 ? -2 : high * BASE + low;
    }

    /** What a line holds: one number a frame, -1 where no packet was sent. */
    static int[] of(LineRecording line) {
        int[] numbers = new int[line.frames()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = line.present(i) ? number(line.samples(), i * Frames.SAMPLES) : -1;
        }
        return numbers;
    }

    /** The {@code digit}-th positive value of µ-law (ITU-T G.711): eight segments of sixteen, each with twice the step of the one before. */
    private static short value(int digit) {
        return (short) (((digit % 16 << 3) + 0x84 << digit / 16) - 0x84);
    }

    private static int digit(short sample) {
        for (int digit = 0; digit < BASE; digit++) {
            if (value(digit) == sample) {
                return digit;
            }
        }
        return -1;
    }
}
