package dev.parley.devstack.audit;

import org.apache.avro.specific.SpecificRecord;

/**
 * A record that went over a topic.
 *
 * @param frame the call's frame that the record is about
 * @param at wall clock of that frame, microseconds since 1970
 * @param publishedAt wall clock at which its writer handed it to Kafka, microseconds since 1970, to the millisecond
 * @param seenAt wall clock at which the record was read back from the topic, microseconds since 1970
 */
public record Entry(
        String topic, String key, long frame, long at, long publishedAt, long seenAt, SpecificRecord value) {
    /** Milliseconds from the frame that caused the record to its being readable by anyone. */
    public double latencyMillis() {
        return (seenAt - at) / 1000.0;
    }
}
