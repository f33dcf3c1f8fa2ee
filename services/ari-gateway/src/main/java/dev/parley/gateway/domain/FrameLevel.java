package dev.parley.gateway.domain;

/** How loud a frame is. */
final class FrameLevel {
    /** Of digital silence, and nothing else. */
    static final double SILENCE_DB = -100;

    private FrameLevel() {}

    /**
     * @param pcm 16-bit little-endian
     * @return root mean square, relative to full scale
     */
    static double db(byte[] pcm) {
        double sum = 0;
        for (int i = 0; i + 1 < pcm.length; i += 2) {
            double sample = (short) ((pcm[i] & 0xff) | (pcm[i + 1] << 8)) / 32_768.0;
            sum += sample * sample;
        }
        return sum == 0 ? SILENCE_DB : Math.max(SILENCE_DB + 1, 10 * Math.log10(sum / (pcm.length / 2.0)));
    }
}
