package dev.parley.player.domain;

import dev.parley.records.PlaybackEvent;
import dev.parley.schemas.CallBridge;

/** When one playback began, paused, went on and ended, in microseconds since 1970; from that, how much of it was heard. */
final class Hearing {
    /** Finished minus Started is up to 17 ms short of the true length (tried on Asterisk 22). */
    private static final int SLACK_MS = 40;

    private boolean posted;
    private long startedAt = -1;
    private long firstFrame = -1;
    private long pausedAt = -1;
    private long pausedMicros;
    private long endedAt = -1;
    private long lastFrame = -1;
    /** Exactly how much was sent, where that is known; -1 where it is to be reckoned. */
    private int sentMs = -1;

    private boolean stopped;
    private boolean finished;
    private boolean failed;

    /** Takes what a log says of it; while catching up also what a player noted, else the gateway's word alone. */
    void replay(PlaybackEvent event) {
        long at = event.getAt();
        switch (event.getType()) {
            case QUEUED -> posted();
            case STARTED -> started(at, event.getFrame());
            case PAUSED -> paused(at);
            case RESUMED -> resumed(at);
            case STOPPED -> {
                if (event.getHttpStatus() != null && Asterisk.isStopped(event.getHttpStatus())) {
                    stopped(at, event.getFrame());
                }
            }
            case FINISHED -> finished(event);
            case FAILED -> failed = true;
            case UNKNOWN -> {}
        }
    }

    void posted() {
        posted = true;
    }

    /** It is posted anew; what was heard of it before counts no more. */
    void again() {
        failed = false;
        if (hasEnded()) {
            stopped = false;
            finished = false;
            startedAt = -1;
            firstFrame = -1;
            pausedAt = -1;
            pausedMicros = 0;
            endedAt = -1;
            lastFrame = -1;
            sentMs = -1;
        }
    }

    void started(long at, long frame) {
        posted = true;
        if (startedAt < 0) { // each unpause makes Asterisk say so once more
            startedAt = at;
            firstFrame = frame;
        }
    }

    void paused(long at) {
        if (pausedAt < 0) {
            pausedAt = at;
        }
    }

    void resumed(long at) {
        if (pausedAt >= 0) {
            pausedMicros += Math.max(0, at - pausedAt);
            pausedAt = -1;
        }
    }

    /** We cut it short: this instant is when it fell silent. */
    void stopped(long at, long frame) {
        stopped = true;
        end(at, frame);
    }

    /** Whoever streams it knows how much was sent, and says why that is not all. */
    void finished(PlaybackEvent event) {
        if (event.getHeardMs() != null) {
            sentMs = event.getHeardMs();
            stopped |= event.getReason() != null;
        }
        stopped |= CallBridge.LEFT.equals(event.getReason());
        finished(event.getAt(), event.getFrame());
    }

    void finished(long at, long frame) {
        finished = true;
        end(at, frame);
    }

    private void end(long at, long frame) {
        if (endedAt < 0 || at < endedAt) {
            endedAt = at;
            lastFrame = frame;
        }
    }

    /** Whether anything says that it once was inside Asterisk. */
    boolean everPosted() {
        return posted || startedAt >= 0 || finished || stopped;
    }

    boolean hasStarted() {
        return startedAt >= 0;
    }

    boolean hasEnded() {
        return finished || stopped;
    }

    /** Asterisk took it and could not play it. */
    boolean hasFailed() {
        return failed && startedAt < 0;
    }

    boolean isFinished() {
        return finished;
    }

    /** Played through: it ended, and nobody cut it. */
    boolean complete(int totalMs) {
        return startedAt >= 0 && finished && (!stopped || heardMs(totalMs) >= totalMs - SLACK_MS);
    }

    /** The expected end of a playback of this length, pauses so far included. */
    long expectedEnd(int totalMs, long now) {
        long pausedNow = pausedAt < 0 ? 0 : now - pausedAt;
        return startedAt + totalMs * 1000L + pausedMicros + pausedNow;
    }

    /** Milliseconds that were played, pauses excluded, at most {@code totalMs}. */
    int heardMs(int totalMs) {
        if (startedAt < 0 || endedAt < 0) {
            return 0;
        }
        if (sentMs >= 0) {
            return Math.min(sentMs, totalMs);
        }
        long end = pausedAt >= 0 ? Math.min(pausedAt, endedAt) : endedAt;
        long micros = end - startedAt - pausedMicros;
        return (int) Math.clamp(micros / 1000, 0, totalMs);
    }

    long firstFrame() {
        return firstFrame;
    }

    long lastFrame() {
        return firstFrame < 0 ? -1 : Math.max(firstFrame, lastFrame);
    }

    long endedAt() {
        return endedAt;
    }
}
