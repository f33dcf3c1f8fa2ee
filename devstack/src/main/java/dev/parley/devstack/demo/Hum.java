package dev.parley.devstack.demo;

import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import java.util.Random;

/**
 * A closed-mouth "mm-hm", which no reading voice says as people hum it: a source-filter model (Fant, Acoustic Theory of Speech
 * Production, 1960) of two nasal murmurs with a breath between them. The source is a train of glottal pulses whose pitch falls, then
 * rises; the filter has a strong low resonance and two weak ones.
 */
final class Hum {
    private static final double PITCH_HZ = 120;
    private static final int RAMP_SAMPLES = 200;
    private static final double PEAK = 9_000;
    private static final long SEED = 1;

    private final double[] source;
    private final Random breath = new Random(SEED);
    private int at;
    private double phase;

    private Hum(int samples) {
        source = new double[samples];
    }

    /** About half a second at 8 kHz. */
    static Sound mmHm() {
        return mmHm(PITCH_HZ, 1);
    }

    /**
     * As another person hums it.
     *
     * @param pitchHz of the voice
     * @param slowness 1: about half a second
     */
    static Sound mmHm(double pitchHz, double slowness) {
        double first = 0.17 * slowness;
        double pause = 0.06 * slowness;
        double second = 0.24 * slowness;
        Hum hum = new Hum(samples(first) + samples(pause) + samples(second));
        hum.murmur(first, pitchHz, pitchHz * 0.93, 1, 0.02);
        hum.murmur(pause, pitchHz, pitchHz, 0.15, 0.8);
        hum.murmur(second, pitchHz * 0.95, pitchHz * 1.2, 1, 0.02);
        return hum.filtered();
    }

    /**
     * @param loudness 0 to 1
     * @param breathiness share of noise in the source, 0 to 1
     */
    private void murmur(double seconds, double fromHz, double toHz, double loudness, double breathiness) {
        int length = samples(seconds);
        for (int i = 0; i < length; i++) {
            phase = (phase + (fromHz + (toHz - fromHz) * i / length) / Frames.SAMPLE_RATE) % 1;
            double pulse = phase < 0.4 ? Math.sin(Math.PI * phase / 0.4) : -0.3 * (phase - 0.4) / 0.6;
            double ramp = Math.min(1, Math.min(i, length - i) / (double) RAMP_SAMPLES);
            source[at++] = loudness * ramp * (pulse * (1 - breathiness) + breathiness * 0.3 * breath.nextGaussian());
        }
    }

    private Sound filtered() {
        double[] low = resonance(260, 80);
        double[] middle = resonance(1000, 200);
        double[] high = resonance(2300, 300);
        double loudest = 0;
        for (int i = 0; i < source.length; i++) {
            low[i] += 0.3 * middle[i] + 0.15 * high[i];
            loudest = Math.max(loudest, Math.abs(low[i]));
        }
        short[] samples = new short[source.length];
        for (int i = 0; i < samples.length; i++) samples[i] = (short) (low[i] / loudest * PEAK);
        return Sound.ofLine(samples);
    }

    /** A two-pole resonator (Klatt, Software for a cascade/parallel formant synthesizer, 1980). */
    private double[] resonance(double hertz, double bandwidth) {
        double radius = Math.exp(-Math.PI * bandwidth / Frames.SAMPLE_RATE);
        double b = 2 * radius * Math.cos(2 * Math.PI * hertz / Frames.SAMPLE_RATE);
        double c = -radius * radius;
        double[] out = new double[source.length];
        for (int i = 0; i < out.length; i++)
            out[i] = (1 - b - c) * source[i] + (i > 0 ? b * out[i - 1] : 0) + (i > 1 ? c * out[i - 2] : 0);
        return out;
    }

    private static int samples(double seconds) {
        return (int) (seconds * Frames.SAMPLE_RATE);
    }
}
