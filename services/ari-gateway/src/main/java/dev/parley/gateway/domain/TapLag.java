package dev.parley.gateway.domain;

import dev.parley.audio.Pcm;

/**
 * Tells from a tap's own frames whether it may lag behind the caller, and whether the caller is quiet. For one tap, frame by frame.
 *
 * <p>A snoop gives a frame each 20 ms: when the network holds the caller's packets back it fills up with digital silence, and what
 * comes afterwards in a burst waits its turn, for ever. So each frame of digital silence between sound and sound is 20 ms of lag (or a
 * packet that was lost, which does no harm here). Where a phone sends digital silence itself, nothing can be told while it does. When
 * Asterisk itself stands still, the snoop leaves frames out, and what it should have given waits: each that is missing for good is
 * 20 ms of lag too.
 */
public final class TapLag {
    /** Asterisk throws away what waits longer, 500 ms. */
    public static final int MOST_FRAMES = 25;

    /** A fresh tap lags by 14 ms; a frame more is still below 40. */
    private static final int TOLERATED = 1;

    /** What only the way here has held up has come by then. */
    private static final int FOR_GOOD = 15;

    private static final double ABOVE_NOISE_DB = 9;
    private static final double FAINTEST_DB = -55;
    private static final double LIKELY_NOISE_DB = -60;
    /** The noise is believed to rise slowly, and to fall at once. */
    private static final double RISE_DB = 0.02;

    private double noise;
    private int quiet;
    private boolean sounded;
    private int silences;
    private int filledUp;
    private boolean blind;
    private long frames;
    private long begun = Long.MAX_VALUE;
    private int behind;

    /**
     * Of a tap that is built while everything else is, too: what its snoop has heard before it was first read waits in it from then on,
     * and nothing in its frames tells.
     */
    public TapLag() {
        this(LIKELY_NOISE_DB, true);
    }

    private TapLag(double noise, boolean blind) {
        this.noise = noise;
        this.blind = blind;
    }

    /** How far it lags. */
    public enum Finding {
        ON_TIME,
        /** A call's first tap, or the phone sends digital silence, behind which a burst would not be seen. */
        UNSURE,
        LATE
    }

    /** For another tap on the same caller, which is built at leisure: the line's noise is known. */
    public TapLag ofFreshTap() {
        return new TapLag(noise, false);
    }

    /**
     * @param pcm a frame, 16-bit little-endian
     * @param now in microseconds
     */
    public void heard(byte[] pcm, long now) {
        long begins = now - frames++ * FrameClock.FRAME_MICROS;
        begun = Math.min(begun, begins);
        behind = (begins - begun) / FrameClock.FRAME_MICROS > TOLERATED ? behind + 1 : 0;
        short[] samples = Pcm.fromBytes(pcm);
        if (isDigitalSilence(samples)) {
            silences++;
            blind |= silences > (sounded ? TOLERATED : MOST_FRAMES);
            quiet++;
            return;
        }
        if (sounded && silences <= MOST_FRAMES) {
            filledUp += silences;
        }
        sounded = true;
        silences = 0;
        double level = Pcm.levelDb(samples);
        noise = Math.min(level, noise + RISE_DB);
        quiet = level > FAINTEST_DB && level > noise + ABOVE_NOISE_DB ? 0 : quiet + 1;
    }

    private static boolean isDigitalSilence(short[] samples) {
        for (short sample : samples) {
            if (sample != 0) {
                return false;
            }
        }
        return true;
    }

    public Finding finding() {
        return filledUp > TOLERATED || behind >= FOR_GOOD ? Finding.LATE : blind ? Finding.UNSURE : Finding.ON_TIME;
    }

    /** So many of the last frames held nothing that stands out from the line's noise. */
    public int quietFrames() {
        return quiet;
    }
}
