package dev.parley.agent.domain;

import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;

/**
 * What identifies a reply of a call: what it is based on, and which attempt at it this is. Derived, so that a restarted agent names the same reply the same way.
 *
 * @param utterance first frame of the utterance whose text went in last; of a prompt: the frame of its cause
 * @param index index of the chunk whose text went in last; of a prompt: its place among those with the same cause, see {@link Prompts}
 */
public record ReplyId(ReplyKind kind, long utterance, int index, int revision, int attempt) {

    static ReplyId of(Reply reply) {
        return new ReplyId(
                reply.getKind(), reply.getUtterance(), reply.getIndex(), reply.getRevision(), reply.getAttempt());
    }

    static ReplyId of(ReplyHeard heard) {
        return new ReplyId(
                heard.getKind(), heard.getUtterance(), heard.getIndex(), heard.getRevision(), heard.getAttempt());
    }

    ReplyId attempt(int number) {
        return new ReplyId(kind, utterance, index, revision, number);
    }

    @Override
    public String toString() {
        return kind + "-" + utterance + "-" + index + "-" + revision + "-" + attempt;
    }
}
