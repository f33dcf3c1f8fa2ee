package dev.parley.audio;

/**
 * Changes the sample rate: a polyphase low-pass filter of a Kaiser-windowed sinc, linear in phase, no delay.
 *
 * <p>The filter passes up to 0.88 of the lower rate's half (3.5 kHz for 8 kHz) and is down by 75 dB from that half on,
 * so nothing folds back. Length and shape after Kaiser's formulas (Oppenheim and Schafer, Discrete-Time Signal
 * Processing, 7.6).
 */
public final class Resampler {
    /** Zero crossings of the sinc on each side: they set how steep the filter is. */
    private static final int CROSSINGS = 40;

    private static final double STOP_BAND_DB = 75;
    private static final double BETA = 0.1102 * (STOP_BAND_DB - 8.7);

    /** Half the transition band, as a part of the lower of both rates. */
    private static final double HALF_TRANSITION = (STOP_BAND_DB - 7.95) / (14.36 * 2 * CROSSINGS) / 2;

    private Resampler() {}

    /** The same sound at another rate; the sound itself when it has that rate already. Safe from any thread. */
    public static Sound resample(Sound sound, int rate) {
        return sound.sampleRate() == rate ? sound : new Sound(rate, convert(sound.samples(), sound.sampleRate(), rate));
    }

    private static short[] convert(short[] in, int from, int to) {
        int divisor = gcd(from, to);
        int phases = to / divisor;
        int step = from / divisor;
        int length = Math.toIntExact(Math.ceilDiv((long) in.length * to, (long) from));
        // In samples of the input: the filter's reach, and where it cuts.
        double lower = Math.min(1, (double) to / from);
        int reach = (int) Math.ceil(CROSSINGS / lower);
        double cut = lower * (0.5 - HALF_TRANSITION);

        float[][] filters = new float[Math.min(phases, length)][];
        short[] out = new short[length];
        for (int i = 0; i < length; i++) {
            long position = (long) i * step;
            int centre = (int) (position / phases);
            int phase = (int) (position % phases);
            // Both rates are reduced, so the phase depends on this remainder alone.
            int slot = i % phases;
            if (filters[slot] == null) {
                filters[slot] = filter(reach, cut, (double) phase / phases);
            }
            out[i] = Pcm.clip(Math.round(apply(filters[slot], in, centre - reach + 1)));
        }
        return out;
    }

    private static double apply(float[] filter, short[] in, int first) {
        int begin = Math.max(0, -first);
        int end = Math.min(filter.length, in.length - first);
        double sum = 0;
        for (int k = begin; k < end; k++) {
            sum += filter[k] * in[first + k];
        }
        return sum;
    }

    /** The taps for an output sample that lies `fraction` of an input sample after the one at index reach - 1. */
    private static float[] filter(int reach, double cut, double fraction) {
        float[] taps = new float[2 * reach];
        double sum = 0;
        for (int k = 0; k < taps.length; k++) {
            double t = k - (reach - 1) - fraction;
            double tap = sinc(2 * cut * t) * kaiser(t / reach);
            taps[k] = (float) tap;
            sum += tap;
        }
        for (int k = 0; k < taps.length; k++) {
            taps[k] = (float) (taps[k] / sum);
        }
        return taps;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static double kaiser(double x) {
        return Math.abs(x) >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x));
    }

    /** The modified Bessel function of the first kind, order 0, as its power series. */
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > 1e-12 * sum; k++) {
            double half = x / (2 * k);
            term *= half * half;
            sum += term;
        }
        return sum;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
