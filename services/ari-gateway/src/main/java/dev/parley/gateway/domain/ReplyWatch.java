package dev.parley.gateway.domain;

/**
 * Knows since when the caller of one call has been waiting for the bot in silence. What the pipeline says of the caller's speech counts
 * as long as it is seen to listen; when it is not, the loudness of the line does. Instants are microseconds since 1970.
 */
public final class ReplyWatch {
    /** Whoever listens to a call says so about every second. */
    private static final long LISTENING_MICROS = 5_000_000;

    private final LoudVoice voice = new LoudVoice();
    private final boolean greets;
    private long begunAt;
    private boolean anythingHeard;
    private long soundEndedAt;
    private long spokeAt;
    private long loudAt;
    private long listenedAt;
    private long restedAt;

    /**
     * @param begunAt since when the caller can wait
     * @param greets whether the bot speaks first
     */
    public ReplyWatch(long begunAt, boolean greets) {
        this.begunAt = begunAt;
        this.greets = greets;
    }

    /** A frame of the caller's sound, 16-bit little-endian. */
    public void frame(byte[] pcm, long now) {
        if (voice.hears(pcm)) {
            loudAt = now;
        }
    }

    /** The pipeline has heard voice up to this instant. */
    public void spoke(long at) {
        spokeAt = Math.max(spokeAt, at);
    }

    /** The pipeline listens to this call. */
    public void listens(long now) {
        listenedAt = Math.max(listenedAt, now);
    }

    /** The agent has done all that there was to do for what it heard up to this instant. */
    public void rests(long at) {
        restedAt = Math.max(restedAt, at);
    }

    /** The bot is heard now, or the caller is not with it. */
    public void notWaiting(long now) {
        soundEndedAt = now;
        anythingHeard = true;
    }

    /** A local sound was played instead: waiting begins anew. */
    public void begin(long now) {
        begunAt = now;
    }

    /** For how long the caller has been waiting in silence; 0 when for nothing. */
    public long waitingMicros(long now) {
        long last = now - listenedAt < LISTENING_MICROS ? spokeAt : Math.max(spokeAt, loudAt);
        boolean spokeSince = last > soundEndedAt && last > restedAt;
        boolean beginning = greets && !anythingHeard && restedAt == 0;
        if (!spokeSince && !beginning) {
            return 0;
        }
        return Math.max(0, now - Math.max(begunAt, last));
    }
}
