package dev.parley.gateway.domain;

/**
 * Watches one call for inactivity: nothing said by the caller, no digit, no answer played. Prompts do not count. It is looked at
 * every interval (sooner where the next look would leave no time for the good-bye): the first look past the time-out less one
 * interval warns, a look past the time-out ends the call, never before the time-out and never later than it plus one interval.
 * Instants are microseconds since 1970.
 */
public final class InactivityMonitor {
    /** LISTENING comes once a second, and is late where the machine is busy. */
    private static final long LISTENING_LAG = 5_000_000;

    private final long timeout;
    private final long interval;
    private final long goodbye;
    private final long longestUtterance;

    private long lastActive;
    private long listenedUntil = -1;
    private long waiting;
    private long speakingSince = -1;
    private int answersPlaying;
    private long lastLook;
    private boolean warned;

    public InactivityMonitor(InactivityRules rules, long answeredAt) {
        this.timeout = micros(rules.timeout());
        this.interval = micros(rules.interval());
        this.goodbye = Math.min(micros(rules.goodbye()), interval / 2);
        this.longestUtterance = micros(rules.longestUtterance());
        this.lastActive = answeredAt;
        this.lastLook = answeredAt;
    }

    /** What a look found. */
    public enum Finding {
        /** The call is alive, or it was warned about already. */
        NOTHING,
        /** It will be idle at the next look, unless something happens. */
        ALMOST_IDLE,
        /** Time-out: make sure that it is still there, say good-bye, hang up. */
        IDLE
    }

    /** The caller has been listened to until this instant. */
    public void listened(long at) {
        listenedUntil = Math.max(listenedUntil, at);
    }

    /** So long the caller has been waiting for the bot to speak by now; 0 when he is not. */
    public void waiting(long micros) {
        waiting = micros;
    }

    /** The caller spoke or pressed a digit at this instant. */
    public void active(long at) {
        if (at > lastActive) {
            lastActive = at;
            warned = false;
        }
    }

    /** The caller began to speak: active until {@link #fellSilent}. */
    public void spoke(long at) {
        active(at);
        speakingSince = at;
    }

    /** @param lastVoicedAt when the caller's last voice was heard */
    public void fellSilent(long lastVoicedAt) {
        active(lastVoicedAt);
        speakingSince = -1;
    }

    /** An answer (not a prompt, not a filler) began to play: the call is active until it ends. */
    public void answerBegan(long at) {
        active(at);
        answersPlaying++;
    }

    public void answerEnded(long at) {
        active(at);
        answersPlaying = Math.max(0, answersPlaying - 1);
    }

    /** For how long it is known that nothing has happened. */
    public long idleMicros(long now) {
        if (answersPlaying > 0) {
            return 0;
        }
        long since =
                speakingSince < 0 ? lastActive : Math.max(lastActive, Math.min(now, speakingSince + longestUtterance));
        return Math.max(0, known(now) - since);
    }

    /** A caller who is not listened to any more, or waits for the bot, is not idle. That puts the end off by a whole time-out, and no longer. */
    private long known(long now) {
        long listened = listenedUntil < 0 ? now : listenedUntil + LISTENING_LAG;
        return Math.clamp(Math.min(listened, now - waiting), now - timeout, now);
    }

    public boolean isIdle(long now) {
        return idleMicros(now) >= timeout;
    }

    /** When to look again. What happens until then may make that look needless, never too late. */
    public long nextLook() {
        long regular = lastLook + interval;
        long timesOut = lastActive + timeout;
        boolean tooLateToSayGoodbye = regular > timesOut + interval - goodbye;
        return tooLateToSayGoodbye && timesOut > lastLook ? timesOut : regular;
    }

    public Finding look(long now) {
        lastLook = now;
        if (isIdle(now)) {
            return Finding.IDLE;
        }
        if (!warned && idleMicros(now) >= timeout - interval) {
            warned = true;
            return Finding.ALMOST_IDLE;
        }
        return Finding.NOTHING;
    }

    /** How long the good-bye may take from now on: an idle call has ended by its time-out plus one interval. */
    public long goodbyeMicros(long now) {
        return Math.clamp(lastActive + timeout + interval - known(now) - interval / 10, 0, goodbye);
    }

    private static long micros(java.time.Duration time) {
        return time.toNanos() / 1_000;
    }
}
