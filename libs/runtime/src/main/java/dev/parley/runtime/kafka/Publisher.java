package dev.parley.runtime.kafka;

import dev.parley.records.BargeIn;
import dev.parley.schemas.BargeInKey;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes records. Usable from any thread; two records of one call and topic, published one after the other by one thread, arrive in that order.
 *
 * <p>The future completes when all in-sync replicas have the record: only then may an offset that stands for it be committed. It fails when the record could not be
 * written in Kafka's {@code delivery.timeout.ms} (two minutes), or at once when the buffer is full. It completes on the producer's own thread: hand on what follows
 * ({@link PartitionLoop#execute}) and never block there. A call of {@code publish} itself blocks for at most 50 ms, and only when the buffer is full or the topic is
 * new to this process.
 */
public interface Publisher {
    /**
     * Publishes a record of a call. A barge-in record is keyed by its call and writer.
     *
     * @param value null is a tombstone; not for {@link Topics#BARGE_IN}, where the writer makes the key
     */
    default <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
            Topic<T> topic, String callId, @Nullable T value) {
        if (value instanceof BargeIn bargeIn) {
            return publish(topic, new BargeInKey(callId, bargeIn.getWriter()).toString(), callId, value);
        }
        if (topic.equals(Topics.BARGE_IN)) {
            throw new IllegalArgumentException("A tombstone of " + topic + " needs its key: " + callId + "|<writer>");
        }
        return publish(topic, callId, callId, value);
    }

    /** Publishes a record under a key of its own, in the partition of its call. */
    <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
            Topic<T> topic, String key, String callId, @Nullable T value);
}
