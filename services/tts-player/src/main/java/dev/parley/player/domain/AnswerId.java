package dev.parley.player.domain;

import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import java.util.Comparator;

/** What identifies an answer (or filler, or prompt) within its call: what it is based on, and the attempt. */
public record AnswerId(ReplyKind kind, long utterance, int index, int revision, int attempt) {

    private static final Comparator<AnswerId> BY_BASIS = Comparator.comparingLong(AnswerId::utterance)
            .thenComparingInt(AnswerId::index)
            .thenComparingInt(AnswerId::revision)
            .thenComparingInt(AnswerId::attempt);

    /** The answer that a record of the replies topic belongs to. */
    public static AnswerId of(Reply reply) {
        return new AnswerId(
                reply.getKind(), reply.getUtterance(), reply.getIndex(), reply.getRevision(), reply.getAttempt());
    }

    /** Whether the other one knew more: a later utterance, chunk or revision, or a later attempt on the same. */
    boolean isOlderThan(AnswerId other) {
        return BY_BASIS.compare(this, other) < 0;
    }
}
