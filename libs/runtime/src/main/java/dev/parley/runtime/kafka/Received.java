package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was read.
 *
 * @param timestamp when its producer made it, by the producer's wall clock; milliseconds
 * @param value null for a tombstone
 */
public record Received<T extends SpecificRecord>(
        Topic<T> topic,
        int partition,
        long offset,
        Instant timestamp,
        String key,
        @Nullable T value) {

    /** This record, seen as one of a topic; whoever asks has compared the topic. */
    @SuppressWarnings("unchecked") // A topic carries one type, and there is one Topic object for it.
    public <S extends SpecificRecord> Received<S> of(Topic<S> expected) {
        if (!topic.equals(expected)) {
            throw new IllegalArgumentException("A record of " + topic + " is none of " + expected);
        }
        return (Received<S>) this;
    }
}
