package dev.parley.testkit.asterisk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads a WAV as strictly as Asterisk's format_wav: PCM, mono, 16 bits, exactly the rate that its name stands for. Parley's
 * own reader converts what it can; a player that leaned on that would be silent on a real Asterisk.
 */
final class AsteriskWav {
    private AsteriskWav() {}

    static short[] samples(byte[] file, int rate) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        require(file.length >= 44 && tag(bytes).equals("RIFF"), "not a RIFF file");
        bytes.getInt();
        require(tag(bytes).equals("WAVE"), "not a WAVE file");
        boolean formatSeen = false;
        while (bytes.remaining() >= 8) {
            String chunk = tag(bytes);
            int size = bytes.getInt();
            if (chunk.equals("data")) {
                require(formatSeen, "data before fmt");
                return raw(bytes, Math.min(Math.max(size, 0), bytes.remaining()));
            }
            require(size >= 0 && size <= bytes.remaining(), "a broken '" + chunk + "' chunk");
            int next = bytes.position() + size + (size & 1);
            if (chunk.equals("fmt ")) {
                requireFormat(bytes, rate);
                formatSeen = true;
            }
            bytes.position(Math.min(next, bytes.limit()));
        }
        throw new IllegalArgumentException("no data in it");
    }

    /** Raw signed linear samples. */
    static short[] raw(byte[] file) {
        return raw(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN), file.length);
    }

    private static void requireFormat(ByteBuffer bytes, int rate) {
        int format = bytes.getShort();
        require(format == 1, "not PCM but format " + format);
        int channels = bytes.getShort();
        require(channels == 1, "not mono but " + channels + " channels");
        int frequency = bytes.getInt();
        require(frequency == rate, "unexpected frequency " + frequency + ", wanted " + rate);
        bytes.getInt();
        bytes.getShort();
        int bits = bytes.getShort();
        require(bits == 16, "not 16 bits but " + bits);
    }

    private static short[] raw(ByteBuffer bytes, int length) {
        short[] samples = new short[length / 2];
        bytes.asShortBuffer().get(samples);
        return samples;
    }

    private static String tag(ByteBuffer bytes) {
        byte[] tag = new byte[4];
        bytes.get(tag);
        return new String(tag, StandardCharsets.US_ASCII);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
