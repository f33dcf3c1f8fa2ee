package dev.parley.agent.domain;

import org.apache.avro.specific.SpecificRecord;

/** What a dialogue wants done, in this order. */
public sealed interface Effect {
    /** Publish a Reply, BargeIn or CallCommand. */
    record Publish(SpecificRecord value) implements Effect {}

    /** Ask the engine; its parts come back to {@link Dialogue#part}. */
    record Ask(ReplyId id, ReplyRequest request) implements Effect {}

    /** What the engine was asked is wanted no more. */
    record Stop(ReplyId id) implements Effect {}

    /** Something worth a log line and a count. */
    record Note(Happening what, long utterance, String detail) implements Effect {}
}
