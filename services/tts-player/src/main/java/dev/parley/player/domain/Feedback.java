package dev.parley.player.domain;

import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.schemas.CallBridge;
import dev.parley.schemas.Fence;

/** What Asterisk says about the playbacks on the {@link Stage}: its answers to requests, and its events by way of the log. */
final class Feedback {
    /** From POST to the first look whether it plays; microseconds, as all here. */
    static final long START_GRACE = 2_000_000;
    /** After a DELETE the Finished event is waited for so long, for the exact end. */
    static final long GONE_GRACE = 400_000;
    /** A playback that Asterisk says is still there is looked at again after this. */
    static final long LOOK_AGAIN = 500_000;

    static final long RETRY_SOON = 50_000;
    static final long RETRY_POST = 250_000;
    static final int POSTS = 3;
    /** A bridge is rebuilt in a few milliseconds. */
    static final long RETRY_BRIDGE = 20_000;
    /** Without a gateway nobody rebuilds it; another one takes over within 5 s. */
    static final long BRIDGE_PATIENCE = 6_000_000;

    private final Stage stage;
    private final Closing closing;
    private final Fence fence;
    private final CallClock clock;
    private final Story story;
    private final Acts acts;

    Feedback(Stage stage, Closing closing, Fence fence, CallClock clock, Story story, Acts acts) {
        this.stage = stage;
        this.closing = closing;
        this.fence = fence;
        this.clock = clock;
        this.story = story;
        this.acts = acts;
    }

    // ---------------------------------------------------------------- events

    void event(Inside playback, PlaybackEvent event, long now) {
        switch (event.getType()) {
            case STARTED -> started(playback, event, now);
            case FINISHED -> finished(playback, event, now);
            case FAILED -> failed(playback, now);
            default -> {}
        }
    }

    private void started(Inside playback, PlaybackEvent event, long now) {
        playback.track.hearing.started(event.getAt(), event.getFrame());
        playback.track.askFirst = false;
        if (playback.state != Inside.State.PLAYING && playback.state != Inside.State.GONE) {
            playback.state = Inside.State.PLAYING;
            stage.watch(playback, now);
            stage.matchPause(playback);
        }
    }

    private void finished(Inside playback, PlaybackEvent event, long now) {
        Track track = playback.track;
        track.hearing.finished(event);
        boolean cut = CallBridge.LEFT.equals(event.getReason());
        if (cut && !playback.stopping() && playback == stage.current()) {
            // Either the interruption that did it is about to be read here, or it was wanted and is played again.
            stage.vacate();
            track.askFirst = false;
            track.notBefore = now + RETRY_SOON;
        } else if (playback.state != Inside.State.POSTED && !(cut && playback.state != Inside.State.GONE)) {
            stage.over(playback, now);
        } // else the answer to the POST or to the DELETE is on its way
    }

    private void failed(Inside playback, long now) {
        Track track = playback.track;
        boolean never = !track.hearing.hasStarted() && playback == stage.current() && !playback.stopping();
        if (never && ++track.failures < POSTS) {
            stage.vacate();
            track.askFirst = false;
            track.notBefore = now + RETRY_SOON;
            return;
        }
        stage.giveUp(track, Reason.MEDIA, now);
        if (track.hearing.hasStarted() && !track.hearing.hasEnded()) {
            track.hearing.stopped(now, clock.frameAt(now));
        }
        stage.over(playback, now);
    }

    // ---------------------------------------------------------------- answers

    /** The answer to a play; false where there is no such channel any more. */
    boolean posted(Inside playback, int status, long now) {
        boolean accepted = Asterisk.isAccepted(status);
        Track track = playback.track;
        if (Asterisk.isTooEarly(status) && !playback.stopping() && track.mayWait(now)) {
            stage.vacate();
            track.notBefore = now + RETRY_BRIDGE;
            return true;
        }
        acts.add(
                accepted
                        ? story.event(track, PlaybackEventType.QUEUED, status, null, now)
                        : story.event(track, PlaybackEventType.FAILED, status, Reason.REFUSED, now));
        if (status == 404) {
            return false;
        }
        boolean first = playback.state == Inside.State.POSTED;
        if (accepted) {
            track.hearing.posted();
            playback.state = first ? Inside.State.QUEUED : playback.state;
        }
        if (playback.stopping()) {
            playback.state = first ? Inside.State.QUEUED : playback.state;
            stage.sendStop(playback); // the one that went out at once may have come before the POST
        } else if (track.hearing.hasEnded()) {
            stage.over(playback, now);
        } else if (accepted && first) {
            playback.checkAt = now + START_GRACE;
            stage.matchPause(playback);
        } else if (!accepted) {
            track.failures++;
            playback.state = Inside.State.ASKED;
            stage.lookUp(playback);
        }
        return true;
    }

    /** A play was held back: it is tried again soon. */
    void notPosted(Inside held, long now) {
        stage.vacate();
        held.track.notBefore = now + RETRY_SOON;
        held.track.askFirst = true;
        if (held.stopping()) {
            closing.close(held.track, now, true);
        }
    }

    /** The answer to a stop. */
    void stopped(Inside playback, int status, long now) {
        Reason reason = playback.stopReason;
        acts.add(story.event(
                playback.track,
                PlaybackEventType.STOPPED,
                status,
                reason,
                reason == Reason.BARGE_IN ? (Long) fence.voidBefore() : null,
                now));
        if (!Asterisk.isStopped(status)) {
            playback.retryAt = now + RETRY_SOON;
        } else if (playback.state != Inside.State.POSTED) {
            playback.track.hearing.stopped(now, clock.frameAt(now));
            stage.left(playback, now + GONE_GRACE);
            if (playback.track.hearing.isFinished()) {
                stage.over(playback, now);
            }
        }
    }

    /** The answer to a pause ({@code pause}) or an unpause. */
    void pauseAnswered(Inside playback, boolean pause, int status, long now) {
        playback.pauseInFlight = false;
        if (Asterisk.isAccepted(status)) {
            playback.paused = pause;
            if (pause) {
                playback.track.hearing.paused(now);
                acts.add(story.event(playback.track, PlaybackEventType.PAUSED, status, playback.whyPaused, now));
            } else {
                playback.track.hearing.resumed(now);
                stage.watch(playback, now);
                acts.add(story.event(playback.track, PlaybackEventType.RESUMED, status, playback.whyResumed, now));
            }
            stage.matchPause(playback);
        } else if (status == 404 || status == 409) {
            playback.paused = false; // over, or not heard yet
            playback.retryAt = now + RETRY_SOON;
        } else {
            playback.paused = null;
            playback.retryAt = now + RETRY_SOON;
        }
    }

    /** The answer to a look. */
    void lookedUp(Inside playback, Presence presence, long now) {
        switch (presence) {
            case QUEUED, PLAYING, PAUSED -> adopt(playback, presence, now);
            case ABSENT -> absent(playback, now);
            case UNKNOWN -> playback.checkAt = now + RETRY_POST;
        }
    }

    private void adopt(Inside playback, Presence presence, long now) {
        Hearing hearing = playback.track.hearing;
        hearing.posted();
        playback.track.askFirst = false;
        playback.checkAt = now + LOOK_AGAIN;
        if (presence == Presence.QUEUED) {
            playback.state = Inside.State.QUEUED;
        } else {
            playback.state = Inside.State.PLAYING;
            hearing.started(now, clock.frameAt(now));
        }
        if (presence == Presence.PAUSED && !playback.pauseInFlight) {
            playback.paused = true;
            hearing.paused(now);
        }
        if (playback.stopping()) {
            stage.sendStop(playback);
        } else {
            stage.matchPause(playback);
        }
    }

    private void absent(Inside playback, long now) {
        Track track = playback.track;
        Hearing hearing = track.hearing;
        if (playback.stopping()) {
            stage.over(playback, now);
        } else if (hearing.everPosted() && !hearing.hasFailed()) {
            // It was there and is no more: heard to its end, or for as long as it can have been.
            long end = hearing.hasStarted() ? Math.min(now, hearing.expectedEnd(track.totalOrGuess(), now)) : now;
            hearing.finished(end, clock.frameAt(end));
            stage.over(playback, now);
        } else {
            stage.vacate();
            track.askFirst = false;
            if (track.failures >= POSTS) {
                closing.close(track, now, true);
            } else if (track.failures > 0) {
                track.notBefore = now + RETRY_POST;
            }
        }
    }
}
