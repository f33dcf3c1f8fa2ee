package dev.parley.testkit.sip;

/** G.711 µ-law (ITU-T G.711, segments of eight, bias 33): a byte a sample, as telephone lines carry it. */
final class MuLaw {
    private static final int BIAS = 0x84;
    private static final int CLIP = 32_635;

    private MuLaw() {}

    static byte[] encode(short[] samples) {
        byte[] bytes = new byte[samples.length];
        for (int i = 0; i < samples.length; i++) {
            bytes[i] = encode(samples[i]);
        }
        return bytes;
    }

    private static byte encode(short sample) {
        int sign = sample < 0 ? 0x80 : 0;
        int magnitude = Math.min(Math.abs((int) sample), CLIP) + BIAS;
        int exponent = 24 - Integer.numberOfLeadingZeros(magnitude);
        int mantissa = magnitude >> (exponent + 3) & 0x0f;
        return (byte) ~(sign | exponent << 4 | mantissa);
    }

    static short[] decode(byte[] bytes, int offset, int length) {
        short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = decode(bytes[offset + i]);
        }
        return samples;
    }

    private static short decode(byte coded) {
        int bits = ~coded & 0xff;
        int magnitude = ((bits & 0x0f) << 3 | BIAS) << (bits >> 4 & 7);
        int sample = magnitude - BIAS;
        return (short) ((bits & 0x80) != 0 ? -sample : sample);
    }
}
