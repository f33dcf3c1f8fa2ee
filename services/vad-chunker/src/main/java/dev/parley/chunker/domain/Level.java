package dev.parley.chunker.domain;

/** How loud a frame is. */
final class Level {
    /** Of digital silence, and the lowest there is. */
    static final double SILENCE = -96;

    private Level() {}

    /**
     * The effective value of the samples in dB below full scale, a constant offset taken away (cheap telephones have one).
     *
     * <p>{@link StrictMath}, since a compiled {@link Math#log10} may differ from the interpreted one in the last bit, and a
     * decision must not depend on when the JIT came.
     */
    static double of(short[] samples) {
        long sum = 0;
        long squares = 0;
        for (short sample : samples) {
            sum += sample;
            squares += sample * sample;
        }
        double n = samples.length;
        double power = (squares - sum * (sum / n)) / n;
        if (power < 0.3) {
            return SILENCE;
        }
        return Math.max(SILENCE, 10 * StrictMath.log10(power / (32_768.0 * 32_768.0)));
    }
}
