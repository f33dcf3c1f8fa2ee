package dev.parley.player.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * <p>It is long because it is one state machine: the log, Asterisk's answers and time all move the same playback.
 */
public final class CallPlayout {
    private static final long MILLIS = 1000;
    /** A Finished event can be lost: so long after the expected end Asterisk is asked. */
    static final long FINISHED_GRACE = 300 * MILLIS;
    /** From POST to the first look whether it plays. */
    static final long START_GRACE = 2000 * MILLIS;
    /** After a DELETE the Finished event is waited for so long, for the exact end. */
    static final long GONE_GRACE = 400 * MILLIS;
    /** A playback that Asterisk says is still there is looked at again after this. */
    static final long LOOK_AGAIN = 500 * MILLIS;

    static final long RETRY_SOON = 50 * MILLIS;
    static final long RETRY_POST = 250 * MILLIS;
    static final int POSTS = 3;

    private static final long NEVER = Long.MAX_VALUE;

    private final String callId;
    private final Fence fence;
    private final CallClock clock = new CallClock();
    private final Playlist list = new Playlist();
    private final Story story;
    /** While catching up: events of chunks that were not read yet. */
    private final Map<String, List<PlaybackEvent>> early = new LinkedHashMap<>();
    /** Playbacks that are being stopped, or were, and whose end is still to be seen; the slot is free for the next. */
    private final List<Inside> leaving = new ArrayList<>();

    private @Nullable Inside inside;
    private boolean catchingUp = true;
    private boolean ended;
    private List<Act> acts = new ArrayList<>();

    /** A call of which nothing is known yet but its fence. */
    public CallPlayout(String callId, Fence fence) {
        this.callId = callId;
        this.fence = fence;
        this.story = new Story(callId, clock);
    }

    // ---------------------------------------------------------------- the log

    /** The call began; {@code frameZeroAt} is the instant of its frame 0. */
    public void callStarted(long frameZeroAt) {
        clock.startedAt(frameZeroAt);
    }

    /** The call is over: nothing more is heard of it. */
    public List<Act> callEnded(long now) {
        ended = true;
        if (inside != null) {
            leaving.add(inside);
            inside = null;
        }
        for (Inside left : leaving) {
            left.track.hearing.stopped(now, clock.frameAt(now));
            close(left.track, now, true);
        }
        leaving.clear();
        for (Answer answer : list.all()) {
            purge(answer, Reason.HANG_UP, now);
            settle(answer);
        }
        return take();
    }

    public boolean isEnded() {
        return ended;
    }

    /** A reply record; {@code playbackId} is that of its chunk where it is one. */
    public List<Act> reply(Reply reply, String playbackId, long now) {
        clock.seen(reply.getFrame(), reply.getAt());
        AnswerId id = AnswerId.of(reply);
        switch (reply.getType()) {
            case CHUNK -> chunk(reply, id, playbackId, now);
            case END -> end(id, reply);
            case COMMIT -> commit(id, reply, now);
            case CANCEL -> cancel(id, now);
            case UNKNOWN -> {}
        }
        advance(now);
        return take();
    }

    private void chunk(Reply reply, AnswerId id, String playbackId, long now) {
        String text = reply.getText() == null ? "" : reply.getText();
        ReplyChunk chunk = new ReplyChunk(callId, playbackId, id, reply.getN(), text, reply.getInterruptible());
        if (ended || list.isPast(playbackId) || list.isCancelled(id)) {
            acts.add(new Act.Over(chunk, null));
            return;
        }
        Answer answer = list.getOrAdd(id, reply.getBasedOn());
        if (answer.holds(chunk.n())) {
            return; // read twice
        }
        Track track = new Track(chunk, answer);
        answer.add(track, now);
        if (!reply.getSpeculative() || answer.isPlayable()) {
            list.allow(answer, reply.getTurn(), now);
        }
        List<PlaybackEvent> seen = early.remove(playbackId);
        if (seen != null) {
            seen.forEach(track.hearing::replay);
        }
        if (!catchingUp && track.isVoid(fence.voidBefore())) {
            close(track, now, answer.isPlayable());
            retireIfVoid(answer);
        } else {
            acts.add(new Act.Synthesise(chunk, answer.isPlayable()));
        }
    }

    private void end(AnswerId id, Reply reply) {
        Answer answer = list.get(id);
        if (answer == null || reply.getCount() == null) {
            acts.add(new Act.Settled(id));
            return;
        }
        answer.end(reply.getCount());
        settleIfOver(answer);
    }

    private void commit(AnswerId id, Reply reply, long now) {
        if (ended || list.isCancelled(id)) {
            acts.add(new Act.Settled(id));
            return;
        }
        Answer answer = list.getOrAdd(id, reply.getBasedOn());
        list.allow(answer, reply.getTurn(), now);
        if (!catchingUp && answer.isVoid(fence.voidBefore())) {
            purge(answer, Reason.BARGE_IN, now);
            retireIfVoid(answer);
            return;
        }
        for (Track track : answer.tracks()) {
            if (!track.hasSound()) {
                acts.add(new Act.Synthesise(track.chunk, true));
            }
        }
        settleIfOver(answer);
        if (id.kind() == ReplyKind.ANSWER) {
            // The agent commits to one answer a turn: what it tried on an older basis will never be committed.
            for (Answer outdated : list.outdatedBy(id, fence.voidBefore())) {
                purge(outdated, Reason.CANCELLED, now);
                settle(outdated);
            }
        }
    }

    private void cancel(AnswerId id, long now) {
        list.cancel(id);
        Answer answer = list.get(id);
        if (answer == null) {
            acts.add(new Act.Settled(id));
        } else if (!catchingUp) { // until then it is not known whether it is inside Asterisk
            purge(answer, Reason.CANCELLED, now);
            settle(answer);
        }
    }

    /** An event that Asterisk caused (by way of the gateway), or, while catching up, that a player before this one noted. */
    public List<Act> playback(PlaybackEvent event, long now) {
        clock.seen(event.getFrame(), event.getAt());
        if (catchingUp) {
            Track track = list.find(event.getPlaybackId());
            if (track != null) {
                track.hearing.replay(event);
            } else {
                early.computeIfAbsent(event.getPlaybackId(), id -> new ArrayList<>())
                        .add(event);
            }
            return take();
        }
        Inside playback = insideOf(event.getPlaybackId());
        if (playback != null) {
            switch (event.getType()) {
                case STARTED -> started(playback, event, now);
                case FINISHED -> finished(playback, event, now);
                case FAILED -> failed(playback, now);
                default -> {}
            }
            advance(now);
        } else {
            Track track = list.find(event.getPlaybackId());
            if (track != null && track.askFirst) {
                track.hearing.replay(event); // an owner before this one posted it
            }
        }
        return take();
    }

    private void started(Inside playback, PlaybackEvent event, long now) {
        playback.track.hearing.started(event.getAt(), event.getFrame());
        if (playback.state != Inside.State.PLAYING && playback.state != Inside.State.GONE) {
            playback.state = Inside.State.PLAYING;
            watch(playback, now);
            matchPause(playback);
        }
    }

    private void finished(Inside playback, PlaybackEvent event, long now) {
        playback.track.hearing.finished(event.getAt(), event.getFrame());
        if (playback.state != Inside.State.POSTED) {
            over(playback, now);
        } // else the answer to the POST is on its way
    }

    private void failed(Inside playback, long now) {
        Track track = playback.track;
        boolean never = !track.hearing.hasStarted() && playback == inside && !playback.stopping();
        if (never && ++track.failures < POSTS) {
            inside = null;
            track.notBefore = now + RETRY_SOON;
        } else {
            acts.add(story.event(track, PlaybackEventType.FAILED, null, Reason.MEDIA, null, now));
            over(playback, now);
        }
    }

    /** The log is read to its end: from here on this instance plays. */
    public List<Act> caughtUp(long now) {
        if (catchingUp) {
            catchingUp = false;
            early.clear();
            list.all().forEach(answer -> takeOver(answer, now));
            advance(now);
        }
        return take();
    }

    private void takeOver(Answer answer, long now) {
        boolean cancelled = list.isCancelled(answer.id);
        answer.tracks().stream()
                .filter(track -> track.hearing.hasEnded())
                .forEach(track -> close(track, now, true));
        Track current = answer.isPlayable() ? answer.next() : null;
        for (Track track : answer.tracks().reversed()) {
            if (!cancelled && !track.isVoid(fence.voidBefore())) {
                track.askFirst = true;
            } else if (track == current || (track.hearing.everPosted() && !track.hearing.hasFailed())) {
                // A dead owner's playback of it may still run; its start may not even be in the log yet.
                stopUnseen(track, cancelled ? Reason.CANCELLED : Reason.BARGE_IN, now);
            } else {
                close(track, now, answer.isPlayable());
            }
        }
        if (cancelled) {
            settle(answer);
        } else {
            settleIfOver(answer);
            retireIfVoid(answer);
        }
    }

    // ---------------------------------------------------------------- barge-in

    /** A writer's newest view. */
    public List<Act> bargeIn(BargeIn view, long now) {
        clock.seen(view.getFrame(), view.getAt());
        boolean raised = fence.merge(view);
        if (raised && !catchingUp && !ended) {
            String named = view.getVoidPlaybackId();
            if (named != null && insideOf(named) == null && list.find(named) == null) {
                acts.add(new Act.StopStranger(callId, named, view.getVoidBefore()));
            }
            if (inside != null && inside.track.isVoid(fence.voidBefore())) {
                requestStop(inside, Reason.BARGE_IN);
            }
            for (Answer answer : list.all().reversed()) {
                if (answer.isVoid(fence.voidBefore())) {
                    purge(answer, Reason.BARGE_IN, now);
                    retireIfVoid(answer);
                }
            }
        }
        advance(now);
        return take();
    }

    // ---------------------------------------------------------------- what comes back

    /** The sound of a chunk is ready. */
    public List<Act> synthesised(String playbackId, int totalMs, long now) {
        Track track = list.find(playbackId);
        if (track != null) {
            track.totalMs = totalMs;
            if (inside != null && inside.track == track) {
                watch(inside, now);
            }
            advance(now);
        }
        return take();
    }

    /** The sound of a chunk could not be made; it is tried once more, then the chunk is passed over. */
    public List<Act> synthesisFailed(String playbackId, long now) {
        Track track = list.find(playbackId);
        if (track != null && !track.hasSound()) {
            track.soundFailures++;
            if (!track.isMute()) {
                acts.add(new Act.Synthesise(track.chunk, true));
            }
            advance(now);
        }
        return take();
    }

    /** A play was held back, since this instance may own the call no more; it is tried again soon. */
    public List<Act> notPosted(String playbackId, long now) {
        Inside held = inside;
        if (held != null && held.playbackId().equals(playbackId) && held.state == Inside.State.POSTED) {
            inside = null;
            held.track.notBefore = now + RETRY_SOON;
            held.track.askFirst = true;
            if (held.stopping()) {
                close(held.track, now, true);
            }
        }
        return take();
    }

    /** Asterisk's answer to a play; {@code status} 0 where there was none. */
    public List<Act> posted(String playbackId, int status, long now) {
        boolean accepted = Asterisk.isAccepted(status);
        Inside playback = insideOf(playbackId);
        if (playback == null || playback.state == Inside.State.GONE) {
            if (accepted) { // the call ended meanwhile
                acts.add(new Act.Stop(playbackId));
            }
            return take();
        }
        Track track = playback.track;
        acts.add(
                accepted
                        ? story.event(track, PlaybackEventType.QUEUED, status, null, now)
                        : story.event(track, PlaybackEventType.FAILED, status, Reason.REFUSED, now));
        if (status == 404) {
            return callEnded(now); // there is no such channel any more
        }
        boolean first = playback.state == Inside.State.POSTED;
        if (accepted) {
            track.hearing.posted();
            playback.state = first ? Inside.State.QUEUED : playback.state;
        }
        if (playback.stopping()) {
            playback.state = first ? Inside.State.QUEUED : playback.state;
            sendStop(playback); // the one that went out at once may have come before the POST
        } else if (track.hearing.hasEnded()) {
            over(playback, now);
        } else if (accepted && first) {
            playback.checkAt = now + START_GRACE;
        } else if (!accepted) {
            track.failures++;
            playback.state = Inside.State.ASKED;
            lookUp(playback);
        }
        advance(now);
        return take();
    }

    /** Asterisk's answer to a stop. */
    public List<Act> stopped(String playbackId, int status, long now) {
        Inside playback = insideOf(playbackId);
        if (playback == null || playback.stopReason == null || playback.state == Inside.State.GONE) {
            return take();
        }
        acts.add(story.event(
                playback.track,
                PlaybackEventType.STOPPED,
                status,
                playback.stopReason,
                playback.stopReason == Reason.BARGE_IN ? (Long) fence.voidBefore() : null,
                now));
        if (!Asterisk.isStopped(status)) {
            playback.retryAt = now + RETRY_SOON;
        } else if (playback.state != Inside.State.POSTED) {
            playback.track.hearing.stopped(now, clock.frameAt(now));
            if (playback == inside) {
                inside = null;
                leaving.add(playback);
            }
            playback.state = Inside.State.GONE;
            playback.checkAt = now + GONE_GRACE;
            if (playback.track.hearing.isFinished()) {
                over(playback, now);
            }
            advance(now);
        }
        return take();
    }

    /** Asterisk's answer to a pause ({@code pause}) or an unpause. */
    public List<Act> pauseAnswered(String playbackId, boolean pause, int status, long now) {
        Inside playback = insideOf(playbackId);
        if (playback == null) {
            return take();
        }
        playback.pauseInFlight = false;
        if (Asterisk.isAccepted(status)) {
            playback.paused = pause;
            if (pause) {
                playback.track.hearing.paused(now);
                acts.add(story.event(playback.track, PlaybackEventType.PAUSED, status, Reason.SUSPICION, now));
            } else {
                playback.track.hearing.resumed(now);
                watch(playback, now);
                acts.add(story.event(playback.track, PlaybackEventType.RESUMED, status, playback.whyResumed, now));
            }
            matchPause(playback);
        } else if (status == 404 || status == 409) {
            playback.paused = false; // over, or not heard yet
            playback.retryAt = now + RETRY_SOON;
        } else {
            playback.paused = null;
            playback.retryAt = now + RETRY_SOON;
        }
        return take();
    }

    /** Asterisk's answer to a look. */
    public List<Act> lookedUp(String playbackId, Presence presence, long now) {
        Inside playback = insideOf(playbackId);
        if (playback != null && playback.state != Inside.State.GONE) {
            switch (presence) {
                case QUEUED, PLAYING, PAUSED -> adopt(playback, presence, now);
                case ABSENT -> absent(playback, now);
                case UNKNOWN -> playback.checkAt = now + RETRY_POST;
            }
            advance(now);
        }
        return take();
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
            sendStop(playback);
        } else {
            matchPause(playback);
        }
    }

    private void absent(Inside playback, long now) {
        Track track = playback.track;
        Hearing hearing = track.hearing;
        if (playback.stopping()) {
            over(playback, now);
        } else if (hearing.everPosted() && !hearing.hasFailed()) {
            // It was there and is no more: heard to its end, or for as long as it can have been.
            long end = hearing.hasStarted() ? Math.min(now, hearing.expectedEnd(track.totalOrGuess(), now)) : now;
            hearing.finished(end, clock.frameAt(end));
            over(playback, now);
        } else {
            inside = null;
            track.askFirst = false;
            if (track.failures >= POSTS) {
                close(track, now, true);
            } else if (track.failures > 0) {
                track.notBefore = now + RETRY_POST;
            }
        }
    }

    // ---------------------------------------------------------------- time

    /** To be called every few milliseconds: deadlines, watchdogs, retries. */
    public List<Act> tick(long now) {
        if (inside != null) {
            care(inside, now);
        }
        new ArrayList<>(leaving).forEach(left -> care(left, now));
        advance(now);
        return take();
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
    private void watch(Inside playback, long now) {
        Track track = playback.track;
        if (playback.state == Inside.State.PLAYING && track.hasSound()) {
            playback.checkAt = Math.max(now, track.hearing.expectedEnd(track.totalMs, now)) + FINISHED_GRACE;
        }
    }

    // ---------------------------------------------------------------- moves

    /** Whatever happened: pauses and resumes what is inside, or sends the next one in. */
    private void advance(long now) {
        if (catchingUp || ended) {
            return;
        }
        boolean held = fence.standing(now) != null;
        if (inside != null && inside.pauseWanted != held) {
            inside.pauseWanted = held;
            inside.whyResumed = fence.whyLifted(now);
            matchPause(inside);
        }
        while (inside == null) {
            Track left = list.leftInside();
            Track next = left != null || held ? left : list.next(now);
            if (next == null) {
                return;
            }
            if (!next.askFirst && list.isOvertaken(next.answer)) {
                close(next, now, true);
            } else if (next.isMute() && !next.askFirst) {
                acts.add(story.event(next, PlaybackEventType.FAILED, null, Reason.SYNTHESIS, null, now));
                close(next, now, true);
            } else if (next.askFirst) {
                inside = new Inside(next, Inside.State.ASKED, NEVER);
                inside.pauseWanted = held;
                lookUp(inside);
            } else {
                next.hearing.again();
                inside = new Inside(next, Inside.State.POSTED, NEVER);
                acts.add(new Act.Play(next.chunk));
            }
        }
    }

    /** Takes every chunk out, newest first; those inside Asterisk are stopped and close when that is done. */
    private void purge(Answer answer, Reason reason, long now) {
        for (Track track : answer.tracks().reversed()) {
            if (reason == Reason.BARGE_IN && !track.chunk.interruptible()) {
                continue;
            }
            Inside playback = insideOf(track.chunk.playbackId());
            if (playback != null) {
                requestStop(playback, reason);
            } else if (track.mayBeInside() && reason != Reason.HANG_UP) {
                stopUnseen(track, reason, now);
            } else {
                close(track, now, answer.isPlayable() && reason != Reason.HANG_UP);
            }
        }
    }

    /** Stops what an owner before this one may have left inside Asterisk. */
    private void stopUnseen(Track track, Reason reason, long now) {
        Inside left = new Inside(track, Inside.State.PLAYING, now);
        leaving.add(left);
        requestStop(left, reason);
    }

    private void requestStop(Inside playback, Reason reason) {
        if (!playback.stopping()) {
            playback.stopReason = reason;
            playback.track.withdrawn = true;
            sendStop(playback);
        }
    }

    private void sendStop(Inside playback) {
        acts.add(new Act.Stop(playback.playbackId()));
    }

    /** Asks for a pause or an unpause, one at a time, so that they cannot overtake each other. */
    private void matchPause(Inside playback) {
        boolean settled = playback.paused != null && playback.paused == playback.pauseWanted;
        // Asterisk refuses to pause what it has only queued: that is paused when it starts.
        if (!settled && !playback.stopping() && !playback.pauseInFlight && playback.state == Inside.State.PLAYING) {
            playback.pauseInFlight = true;
            String id = playback.playbackId();
            acts.add(playback.pauseWanted ? new Act.Pause(id) : new Act.Resume(id));
        }
    }

    private void lookUp(Inside playback) {
        acts.add(new Act.LookUp(playback.playbackId()));
    }

    private void over(Inside playback, long now) {
        if (playback == inside) {
            inside = null;
        }
        leaving.remove(playback);
        close(playback.track, now, true);
        retireIfVoid(playback.track.answer);
    }

    /** A chunk is over for good. */
    private void close(Track track, long now, boolean report) {
        list.closed(track, now);
        boolean tell = report || track.hearing.hasStarted();
        acts.add(new Act.Over(track.chunk, tell ? story.heard(track, now) : null));
        settleIfOver(track.answer);
    }

    private void settleIfOver(Answer answer) {
        if (answer.isOver()) {
            settle(answer);
        }
    }

    private void settle(Answer answer) {
        list.remove(answer);
        acts.add(new Act.Settled(answer.id));
    }

    /** Void and nothing of it left to be heard: it must not keep others waiting, should its end never come. */
    private void retireIfVoid(Answer answer) {
        if (answer.isEmpty() && answer.isVoid(fence.voidBefore())) {
            list.unqueue(answer);
            acts.add(new Act.Settled(answer.id));
        }
    }

    private @Nullable Inside insideOf(String playbackId) {
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

    private List<Act> take() {
        List<Act> taken = acts;
        acts = new ArrayList<>();
        return taken;
    }
}
