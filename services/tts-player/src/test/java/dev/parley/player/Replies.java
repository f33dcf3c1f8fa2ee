package dev.parley.player;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.records.ReplyType;
import dev.parley.records.Suspicion;
import dev.parley.schemas.PlaybackId;
import org.jspecify.annotations.Nullable;

/** Words the records of one answer, as the agent would. */
public record Replies(
        String callId,
        ReplyKind kind,
        long utterance,
        int attempt,
        long basedOn,
        @Nullable Long turn,
        boolean interruptible) {

    /** An answer on an utterance, its turn 10 frames later. */
    public Replies(String callId, long utterance) {
        this(callId, ReplyKind.ANSWER, utterance, 0, utterance + 10, utterance + 10, true);
    }

    public Replies of(ReplyKind other) {
        return new Replies(callId, other, utterance, attempt, basedOn, turn, interruptible);
    }

    public Replies attempt(int other) {
        return new Replies(callId, kind, utterance, other, basedOn, turn, interruptible);
    }

    public Replies notInterruptible() {
        return new Replies(callId, kind, utterance, attempt, basedOn, turn, false);
    }

    private Reply.Builder reply(ReplyType type) {
        return Reply.newBuilder()
                .setCallId(callId)
                .setType(type)
                .setKind(kind)
                .setUtterance(utterance)
                .setIndex(0)
                .setRevision(0)
                .setAttempt(attempt)
                .setBasedOn(basedOn)
                .setFrame(basedOn)
                .setAt(now())
                .setInterruptible(interruptible);
    }

    public Reply speculative(int n, String text) {
        return reply(ReplyType.CHUNK).setN(n).setText(text).setSpeculative(true).build();
    }

    public Reply chunk(int n, String text) {
        return reply(ReplyType.CHUNK).setN(n).setText(text).setTurn(turn).build();
    }

    public Reply end(int count) {
        return reply(ReplyType.END).setCount(count).build();
    }

    public Reply commit() {
        return reply(ReplyType.COMMIT).setTurn(turn).setEvidence("test").build();
    }

    public Reply cancel() {
        return reply(ReplyType.CANCEL).setEvidence("test").build();
    }

    public String playback(int n) {
        return new PlaybackId(kind, callId, utterance, 0, 0, attempt, n).toString();
    }

    /** A barge-in record of the agent. */
    public static BargeIn voidBefore(String callId, long frame, @Nullable String playbackId) {
        return BargeIn.newBuilder()
                .setCallId(callId)
                .setWriter(BargeInWriter.AGENT)
                .setVoidBefore(frame)
                .setVoidPlaybackId(playbackId)
                .setFrame(frame)
                .setAt(now())
                .build();
    }

    /** A suspicion of the chunker; {@code deadlineAt} 0: none. */
    public static BargeIn suspicion(String callId, long frame, String playbackId, long deadlineAt) {
        return BargeIn.newBuilder()
                .setCallId(callId)
                .setWriter(BargeInWriter.CHUNKER)
                .setSuspicion(
                        deadlineAt == 0
                                ? null
                                : Suspicion.newBuilder()
                                        .setFrame(frame)
                                        .setPlaybackId(playbackId)
                                        .setDeadlineAt(deadlineAt)
                                        .build())
                .setFrame(frame)
                .setAt(now())
                .build();
    }

    private static long now() {
        return PlayerRig.micros();
    }
}
