package dev.parley.player.domain;

import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyHeard;
import org.jspecify.annotations.Nullable;

/** Words the records in which a call's player says what it did and what was heard. */
final class Story {
    private final String callId;
    private final CallClock clock;

    Story(String callId, CallClock clock) {
        this.callId = callId;
        this.clock = clock;
    }

    Act event(Track track, PlaybackEventType type, int status, @Nullable Reason reason, long now) {
        return event(track, type, status, reason, null, now);
    }

    Act event(
            Track track,
            PlaybackEventType type,
            @Nullable Integer status,
            @Nullable Reason reason,
            @Nullable Long bargeInFrame,
            long now) {
        return new Act.Note(PlaybackEvent.newBuilder()
                .setCallId(callId)
                .setPlaybackId(track.chunk.playbackId())
                .setType(type)
                .setFrame(clock.frameAt(now))
                .setAt(now)
                .setSeenBy("tts-player")
                .setHttpStatus(status)
                .setReason(reason == null ? null : reason.toString())
                .setBargeInFrame(bargeInFrame)
                .build());
    }

    ReplyHeard heard(Track track, long now) {
        Hearing hearing = track.hearing;
        int total = track.totalOrGuess();
        boolean complete = hearing.complete(total);
        int heardMs = complete ? total : hearing.heardMs(total);
        boolean any = heardMs > 0;
        AnswerId id = track.chunk.answer();
        return ReplyHeard.newBuilder()
                .setCallId(callId)
                .setPlaybackId(track.chunk.playbackId())
                .setKind(id.kind())
                .setUtterance(id.utterance())
                .setIndex(id.index())
                .setRevision(id.revision())
                .setAttempt(id.attempt())
                .setN(track.chunk.n())
                .setTurn(track.answer.turn())
                .setHeardMs(heardMs)
                .setTotalMs(total)
                .setComplete(complete)
                .setText(HeardWords.of(track.chunk.text(), heardMs, total))
                .setFirstFrame(any ? hearing.firstFrame() : -1)
                .setLastFrame(any ? hearing.lastFrame() : -1)
                .setAt(any ? hearing.endedAt() : now)
                .build();
    }
}
