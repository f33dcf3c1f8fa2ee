package dev.parley.player.domain;

import org.jspecify.annotations.Nullable;

/** The one playback of a call that is inside Asterisk, or on its way there. */
final class Inside {
    enum State {
        /** Asterisk was asked whether it is there already. */
        ASKED,
        /** The POST is in flight. */
        POSTED,
        /** Accepted. */
        QUEUED,
        /** Seen to start. */
        PLAYING,
        /** Deleted: nothing more of it is heard; only its Finished event is waited for. */
        GONE
    }

    final Track track;
    State state;
    /** Why it is to be stopped; null while it is not. */
    @Nullable
    Reason stopReason;

    boolean pauseWanted;
    /** Null while it is not known: a pause or unpause got no answer. */
    @Nullable
    Boolean paused = false;

    boolean pauseInFlight;
    Reason whyPaused = Reason.SUSPICION;
    Reason whyResumed = Reason.DISMISSED;
    /** When Asterisk (GONE: the log) has had time enough, and it is looked into. */
    long checkAt;
    /** When a stop, pause or unpause that failed is tried again. */
    long retryAt = Long.MAX_VALUE;

    Inside(Track track, State state, long checkAt) {
        this.track = track;
        this.state = state;
        this.checkAt = checkAt;
    }

    String playbackId() {
        return track.chunk.playbackId();
    }

    boolean mayBeHeard() {
        return state == State.QUEUED || state == State.PLAYING;
    }

    boolean stopping() {
        return stopReason != null;
    }
}
