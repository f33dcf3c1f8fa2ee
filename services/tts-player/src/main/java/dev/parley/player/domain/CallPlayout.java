package dev.parley.player.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.Reply;
import dev.parley.schemas.Fence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one call hears, and in which order: one playback at a time inside Asterisk, the next posted when the last is over. What
 * answers a turn below the fence leaves for ever.
 *
 * <p>It starts out catching up: what the log holds is taken in and nothing is posted. {@link #caughtUp} ends that: what was heard
 * before is closed, what a dead owner left inside Asterisk is adopted, and the rest is played.
 *
 * <p>All instants are microseconds since 1970. Every method may hand out acts; they are to be done in order. Not thread-safe.
 *
 * <p>This is where the log, Asterisk and time come together; each has its part: {@link ReplyReading} and {@link Takeover} the log,
 * {@link Stage} what is asked of Asterisk, {@link Feedback} what it says, {@link Closing} how things leave.
 */
public final class CallPlayout {
    private final String callId;
    private final Fence fence;
    private final CallClock clock = new CallClock();
    private final Playlist list = new Playlist();
    private final Acts acts = new Acts();
    private final Closing closing;
    private final Stage stage;
    private final Feedback feedback;
    private final Takeover takeover;
    private final ReplyReading replies;
    private boolean onHold;

    /** A call of which nothing is known yet but its fence. */
    public CallPlayout(String callId, Fence fence) {
        this.callId = callId;
        this.fence = fence;
        Story story = new Story(callId, clock);
        this.closing = new Closing(list, fence, story, acts);
        this.stage = new Stage(closing, story, acts);
        this.feedback = new Feedback(stage, closing, fence, clock, story, acts);
        this.takeover = new Takeover(list, stage, closing, fence);
        this.replies = new ReplyReading(callId, list, stage, closing, takeover, fence, acts);
    }

    // ---------------------------------------------------------------- the log

    /** The call began; {@code frameZeroAt} is the instant of its frame 0. */
    public void callStarted(long frameZeroAt) {
        clock.startedAt(frameZeroAt);
    }

    /** The call is over: nothing more is heard of it. */
    public List<Act> callEnded(long now) {
        stage.clear(clock, now);
        replies.callEnded(now);
        return acts.take();
    }

    /** The caller has put the bot on hold, or is back: nobody hears it meanwhile. */
    public List<Act> onHold(boolean held, long now) {
        onHold = held;
        return advance(now);
    }

    public boolean isEnded() {
        return replies.hasEnded();
    }

    /** A reply record; {@code playbackId} is that of its chunk where it is one. */
    public List<Act> reply(Reply reply, String playbackId, long now) {
        clock.seen(reply.getFrame(), reply.getAt());
        replies.read(reply, playbackId, now);
        return advance(now);
    }

    /** An event that Asterisk caused (by way of the gateway), or, while catching up, that a player before this one noted. */
    public List<Act> playback(PlaybackEvent event, long now) {
        clock.seen(event.getFrame(), event.getAt());
        if (takeover.isUnderWay()) {
            takeover.event(event);
            return acts.take();
        }
        @Nullable Inside playback = stage.of(event.getPlaybackId());
        if (playback != null) {
            feedback.event(playback, event, now);
            return advance(now);
        }
        @Nullable Track track = list.find(event.getPlaybackId());
        if (track != null && track.askFirst) {
            track.hearing.replay(event); // an owner before this one posted it
        }
        return acts.take();
    }

    /** The log is read to its end: from here on this instance plays. */
    public List<Act> caughtUp(long now) {
        if (takeover.isUnderWay()) {
            takeover.end(now);
            return advance(now);
        }
        return acts.take();
    }

    // ---------------------------------------------------------------- barge-in

    /** A writer's newest view. */
    public List<Act> bargeIn(BargeIn view, long now) {
        clock.seen(view.getFrame(), view.getAt());
        boolean raised = fence.merge(view);
        if (raised && !takeover.isUnderWay() && !isEnded()) {
            @Nullable String named = view.getVoidPlaybackId();
            if (named != null && stage.of(named) == null && list.find(named) == null) {
                acts.add(new Act.StopStranger(callId, named, view.getVoidBefore()));
            }
            @Nullable Inside inside = stage.current();
            if (inside != null && inside.track.isVoid(fence.voidBefore())) {
                stage.stop(inside, Reason.BARGE_IN);
            }
            for (Answer answer : list.all().reversed()) {
                if (answer.isVoid(fence.voidBefore())) {
                    stage.withdraw(answer, Reason.BARGE_IN, now);
                    closing.retireIfVoid(answer);
                }
            }
        }
        return advance(now);
    }

    // ---------------------------------------------------------------- what comes back

    /** The sound of a chunk is ready. */
    public List<Act> synthesised(String playbackId, int totalMs, long now) {
        @Nullable Track track = list.find(playbackId);
        if (track == null) {
            return acts.take();
        }
        track.totalMs = totalMs;
        @Nullable Inside inside = stage.current();
        if (inside != null && inside.track == track) {
            stage.watch(inside, now);
        }
        return advance(now);
    }

    /** The sound of a chunk could not be made; it is tried once more, then the chunk is passed over. */
    public List<Act> synthesisFailed(String playbackId, long now) {
        @Nullable Track track = list.find(playbackId);
        if (track == null || track.hasSound()) {
            return acts.take();
        }
        track.soundFailures++;
        if (!track.isMute()) {
            acts.add(new Act.Synthesise(track.chunk, true));
        }
        return advance(now);
    }

    /** A play was held back, since this instance may own the call no more; it is tried again soon. */
    public List<Act> notPosted(String playbackId, long now) {
        @Nullable Inside held = stage.current();
        if (held != null && held.playbackId().equals(playbackId) && held.state == Inside.State.POSTED) {
            feedback.notPosted(held, now);
        }
        return acts.take();
    }

    /** Asterisk's answer to a play; {@code status} 0 where there was none. */
    public List<Act> posted(String playbackId, int status, long now) {
        @Nullable Inside playback = stage.of(playbackId);
        if (playback == null || playback.state == Inside.State.GONE) {
            if (Asterisk.isAccepted(status)) { // the call ended meanwhile
                acts.add(new Act.Stop(playbackId));
            }
            return acts.take();
        }
        boolean channelIsThere = feedback.posted(playback, status, now);
        return channelIsThere ? advance(now) : callEnded(now);
    }

    /** Asterisk's answer to a stop. */
    public List<Act> stopped(String playbackId, int status, long now) {
        @Nullable Inside playback = stage.of(playbackId);
        if (playback == null || !playback.stopping() || playback.state == Inside.State.GONE) {
            return acts.take();
        }
        feedback.stopped(playback, status, now);
        return advance(now);
    }

    /** Asterisk's answer to a pause ({@code pause}) or an unpause. */
    public List<Act> pauseAnswered(String playbackId, boolean pause, int status, long now) {
        @Nullable Inside playback = stage.of(playbackId);
        if (playback != null) {
            feedback.pauseAnswered(playback, pause, status, now);
        }
        return acts.take();
    }

    /** Asterisk's answer to a look. */
    public List<Act> lookedUp(String playbackId, Presence presence, long now) {
        @Nullable Inside playback = stage.of(playbackId);
        if (playback == null || playback.state == Inside.State.GONE) {
            return acts.take();
        }
        feedback.lookedUp(playback, presence, now);
        return advance(now);
    }

    /** To be called every few milliseconds: deadlines, watchdogs, retries. */
    public List<Act> tick(long now) {
        stage.tick(now);
        return advance(now);
    }

    // ---------------------------------------------------------------- moves

    /** Whatever happened: pauses and resumes what is inside, or sends the next one in. */
    private List<Act> advance(long now) {
        if (takeover.isUnderWay() || isEnded()) {
            return acts.take();
        }
        boolean suspected = fence.standing(now) != null;
        boolean held = suspected || onHold;
        Reason whyHeld = onHold ? Reason.HOLD : Reason.SUSPICION;
        Reason whyLifted = fence.isOverdue(now) ? Reason.DEADLINE : Reason.DISMISSED;
        stage.hold(held, held ? whyHeld : whyLifted);
        while (stage.isFree()) {
            @Nullable Track left = list.leftInside();
            @Nullable Track next = left != null || held ? left : list.next(now);
            if (next == null) {
                break;
            }
            send(next, held, now);
        }
        return acts.take();
    }

    private void send(Track next, boolean held, long now) {
        if (next.askFirst) {
            stage.ask(next, held);
        } else if (list.isOvertaken(next.answer)) {
            closing.close(next, now, true);
        } else if (next.isMute()) {
            stage.giveUp(next, Reason.SYNTHESIS, now);
            closing.close(next, now, true);
        } else {
            stage.post(next);
        }
    }
}
