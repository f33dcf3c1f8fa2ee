package dev.parley.player.domain;

import dev.parley.records.PlaybackEventType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call has inside Asterisk, and what Asterisk is asked to do with it: one playback that is heard, or on its way there, and
 * those that are leaving. What Asterisk says to it is {@link Feedback}'s.
 */
final class Stage {
    /** A Finished event can be lost: so long after the expected end Asterisk is asked; microseconds, as all here. */
    static final long FINISHED_GRACE = 300_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final Closing closing;
    private final Story story;
    private final Acts acts;
    /** Playbacks that are being stopped, or were, and whose end is still to be seen; the slot is free for the next. */
    private final List<Inside> leaving = new ArrayList<>();

    private @Nullable Inside inside;

    Stage(Closing closing, Story story, Acts acts) {
        this.closing = closing;
        this.story = story;
        this.acts = acts;
    }

    boolean isFree() {
        return inside == null;
    }

    /** The playback that has the slot. */
    @Nullable
    Inside current() {
        return inside;
    }

    @Nullable
    Inside of(String playbackId) {
        if (inside != null && inside.playbackId().equals(playbackId)) {
            return inside;
        }
        for (Inside left : leaving) {
            if (left.playbackId().equals(playbackId)) {
                return left;
            }
        }
        return null;
    }

    // ---------------------------------------------------------------- coming

    /** Posts a chunk. */
    void post(Track track) {
        track.hearing.again();
        inside = new Inside(track, Inside.State.POSTED, NEVER);
        acts.add(new Act.Play(track.chunk, track.answer.answers()));
    }

    /** Asks whether a chunk that an owner before this one may have posted is there. */
    void ask(Track track, boolean held) {
        inside = new Inside(track, Inside.State.ASKED, NEVER);
        inside.pauseWanted = held;
        lookUp(inside);
    }

    // ---------------------------------------------------------------- held

    /** Whatever happened: pauses what is inside while it is held, and resumes it after. */
    void hold(boolean held, Reason why) {
        Inside playback = inside;
        if (playback != null && playback.pauseWanted != held) {
            playback.pauseWanted = held;
            if (held) {
                playback.whyPaused = why;
            } else {
                playback.whyResumed = why;
            }
            matchPause(playback);
        }
    }

    /**
     * Asks for a pause or an unpause, one at a time, so that they cannot overtake each other. What Asterisk has accepted may be heard before the
     * log says that it is; what it has only queued it refuses to pause, and is asked again.
     */
    void matchPause(Inside playback) {
        boolean settled = playback.paused != null && playback.paused == playback.pauseWanted;
        if (!settled && !playback.stopping() && !playback.pauseInFlight && playback.mayBeHeard()) {
            playback.pauseInFlight = true;
            String id = playback.playbackId();
            acts.add(playback.pauseWanted ? new Act.Pause(id) : new Act.Resume(id));
        }
    }

    // ---------------------------------------------------------------- stopping

    /** Takes every chunk of an answer out, newest first; those inside Asterisk are stopped and close when that is done. */
    void withdraw(Answer answer, Reason reason, long now) {
        for (Track track : answer.tracks().reversed()) {
            if (reason == Reason.BARGE_IN && !track.chunk.interruptible()) {
                continue;
            }
            Inside playback = of(track.chunk.playbackId());
            if (playback != null) {
                stop(playback, reason);
            } else if (track.mayBeInside() && reason != Reason.HANG_UP) {
                stopUnseen(track, reason, now);
            } else {
                closing.close(track, now, answer.isPlayable() && reason != Reason.HANG_UP);
            }
        }
    }

    /** Stops what an owner before this one may have left inside Asterisk. */
    void stopUnseen(Track track, Reason reason, long now) {
        Inside left = new Inside(track, Inside.State.PLAYING, now);
        leaving.add(left);
        stop(left, reason);
    }

    void stop(Inside playback, Reason reason) {
        if (!playback.stopping()) {
            playback.stopReason = reason;
            playback.track.withdrawn = true;
            sendStop(playback);
        } else if (reason == Reason.BARGE_IN && playback.stopReason == Reason.CANCELLED) {
            // Who interrupts has the answer cancelled too, and that may be read first.
            playback.stopReason = reason;
        }
    }

    void sendStop(Inside playback) {
        acts.add(new Act.Stop(playback.playbackId()));
    }

    /** It was stopped: the slot is free, its Finished event is waited for until then. */
    void left(Inside playback, long until) {
        if (playback == inside) {
            inside = null;
            leaving.add(playback);
        }
        playback.state = Inside.State.GONE;
        playback.checkAt = until;
    }

    /** The call is over, and with it all that was inside. */
    void clear(CallClock clock, long now) {
        if (inside != null) {
            leaving.add(inside);
            inside = null;
        }
        for (Inside left : leaving) {
            left.track.hearing.stopped(now, clock.frameAt(now));
            closing.close(left.track, now, true);
        }
        leaving.clear();
    }

    // ---------------------------------------------------------------- going

    /** It is not there, and is to be posted anew or not at all; the slot is free. */
    void vacate() {
        inside = null;
    }

    /** It is over for good. */
    void over(Inside playback, long now) {
        if (playback == inside) {
            inside = null;
        }
        leaving.remove(playback);
        closing.close(playback.track, now, true);
        closing.retireIfVoid(playback.track.answer);
    }

    /** It cannot be played. */
    void giveUp(Track track, Reason reason, long now) {
        acts.add(story.event(track, PlaybackEventType.FAILED, null, reason, null, now));
    }

    // ---------------------------------------------------------------- time

    /** Retries and watchdogs. */
    void tick(long now) {
        if (inside != null) {
            care(inside, now);
        }
        if (!leaving.isEmpty()) {
            new ArrayList<>(leaving).forEach(left -> care(left, now));
        }
    }

    private void care(Inside playback, long now) {
        if (playback.retryAt <= now && playback.state != Inside.State.GONE) {
            playback.retryAt = NEVER;
            if (playback.stopping()) {
                sendStop(playback);
            } else {
                matchPause(playback);
            }
        }
        if (playback.checkAt <= now && playback.state != Inside.State.POSTED) {
            playback.checkAt = NEVER;
            if (playback.state == Inside.State.GONE) {
                over(playback, now);
            } else {
                lookUp(playback);
            }
        }
    }

    /** The watchdog over a playback that was seen to start. */
    void watch(Inside playback, long now) {
        Track track = playback.track;
        if (playback.state == Inside.State.PLAYING && track.hasSound()) {
            playback.checkAt = Math.max(now, track.hearing.expectedEnd(track.totalMs, now)) + FINISHED_GRACE;
        }
    }

    void lookUp(Inside playback) {
        acts.add(new Act.LookUp(playback.playbackId()));
    }
}
