package dev.parley.gateway.domain;

import dev.parley.audio.Pcm;

/**
 * Tells by loudness alone whether somebody may be speaking: for when nobody who knows better is there. Sound that is well above the
 * line's own noise for most of a third of a second; a knock is none. For one call, frame by frame.
 */
final class LoudVoice {
    private static final double ABOVE_NOISE_DB = 12;
    private static final double FAINTEST_DB = -50;
    private static final double QUIETEST_DB = -80;
    /** The noise is believed to rise slowly, and to fall at once. */
    private static final double RISE_DB = 0.02;

    private static final int MOST = 20;
    private static final int ENOUGH = 12;

    private double noise = FAINTEST_DB;
    private int loud;

    /** @param pcm 16-bit little-endian */
    boolean hears(byte[] pcm) {
        double level = Pcm.levelDb(Pcm.fromBytes(pcm));
        noise = level < noise ? Math.max(QUIETEST_DB, level) : noise + RISE_DB;
        boolean isLoud = level > FAINTEST_DB && level > noise + ABOVE_NOISE_DB;
        loud = Math.clamp(loud + (isLoud ? 1 : -1), 0, MOST);
        return isLoud && loud >= ENOUGH;
    }
}
