package dev.parley.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arithmetic on 16-bit samples, and their little-endian bytes as the topics and Asterisk carry them. */
public final class Pcm {
    /** The level of digital silence, in dB below full scale. */
    public static final double SILENCE_DB = -96;

    private Pcm() {}

    /** The samples as little-endian bytes. */
    public static byte[] toBytes(short[] samples) {
        byte[] bytes = new byte[2 * samples.length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(samples);
        return bytes;
    }

    /**
     * The samples of little-endian bytes.
     *
     * @throws IllegalArgumentException when the last sample is cut in half
     */
    public static short[] fromBytes(byte[] bytes) {
        return fromBytes(ByteBuffer.wrap(bytes));
    }

    /**
     * The samples of what remains in a buffer, little-endian whatever order the buffer is set to. Its position stays.
     *
     * @throws IllegalArgumentException when the last sample is cut in half
     */
    public static short[] fromBytes(ByteBuffer bytes) {
        if (bytes.remaining() % 2 != 0) {
            throw new IllegalArgumentException("16-bit samples cannot fill " + bytes.remaining() + " bytes");
        }
        short[] samples = new short[bytes.remaining() / 2];
        bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return samples;
    }

    /** The level (root mean square) in dB relative to full scale: 0 at most, {@link #SILENCE_DB} for silence. */
    public static double levelDb(short[] samples) {
        return levelDb(samples, 0, samples.length);
    }

    /** The level of a part of the samples, see {@link #levelDb(short[])}. */
    public static double levelDb(short[] samples, int offset, int length) {
        if (length == 0) {
            return SILENCE_DB;
        }
        long squares = 0;
        for (int i = offset; i < offset + length; i++) {
            squares += (long) samples[i] * samples[i];
        }
        double rms = Math.sqrt((double) squares / length) / 32_768;
        return rms == 0 ? SILENCE_DB : Math.max(SILENCE_DB, 20 * Math.log10(rms));
    }

    /** A louder (above 0 dB) or quieter copy; what does not fit is clipped. */
    public static short[] gain(short[] samples, double db) {
        double factor = Math.pow(10, db / 20);
        short[] result = new short[samples.length];
        for (int i = 0; i < samples.length; i++) {
            result[i] = clip(Math.round(samples[i] * factor));
        }
        return result;
    }

    /** The sum of both, as long as the longer one; what does not fit is clipped. */
    public static short[] mix(short[] one, short[] other) {
        short[] longer = one.length >= other.length ? one : other;
        short[] shorter = longer == one ? other : one;
        short[] result = longer.clone();
        for (int i = 0; i < shorter.length; i++) {
            result[i] = clip(result[i] + shorter[i]);
        }
        return result;
    }

    /** The nearest value that 16 bits can hold. */
    static short clip(long value) {
        return (short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
