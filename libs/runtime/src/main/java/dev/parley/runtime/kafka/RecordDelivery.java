package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives records to the work of their partition number, on the loop's thread. What cannot be read, and what the work throws at, goes to the dead letters and is passed
 * over; while the schema registry cannot be asked, the partition in question waits.
 */
final class RecordDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(RecordDelivery.class);
    private static final Duration STALL = Duration.ofMillis(500);

    private final KafkaConnection connection;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Executor loop;
    private final Map<TopicPartition, Instant> stalled = new HashMap<>();

    RecordDelivery(KafkaConnection connection, KafkaConsumer<byte[], byte[]> consumer, Executor loop) {
        this.connection = connection;
        this.consumer = consumer;
        this.loop = loop;
    }

    /** Gives a record to the work. False: no more of this partition now. */
    boolean give(OwnedPartition owned, Topic<?> topic, ConsumerRecord<byte[], byte[]> raw) {
        Received<?> record;
        try {
            record = connection.reader().read(topic, raw);
        } catch (SerializationException e) {
            if (RecordReader.mayBeReadLater(e)) {
                stall(owned.partition(topic), raw.offset(), e);
                return false;
            }
            setAside(owned, topic, raw, String.valueOf(e.getMessage()));
            return true;
        }
        try {
            Objects.requireNonNull(owned.work()).receive(record);
            owned.given(topic, raw.offset());
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("topic", topic)
                    .addKeyValue("partition", raw.partition())
                    .addKeyValue("offset", raw.offset())
                    .log("Work failed at a record");
            setAside(owned, topic, raw, "The work on it failed: " + e);
        }
        return true;
    }

    private void setAside(OwnedPartition owned, Topic<?> topic, ConsumerRecord<byte[], byte[]> raw, String reason) {
        owned.setAside(topic, raw.offset());
        var _ = connection
                .deadLetters()
                .put(raw, reason)
                .thenRun(() -> loop.execute(() -> owned.deadLetterWritten(topic, raw.offset())));
    }

    private void stall(TopicPartition partition, long offset, Exception why) {
        LOG.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("reason", why.toString())
                .log("Reading waits");
        connection
                .metrics()
                .counter(KafkaMeter.STALLED, "topic", partition.topic())
                .increment();
        consumer.seek(partition, offset);
        consumer.pause(Set.of(partition));
        stalled.put(partition, Instant.now().plus(STALL));
    }

    void resumeStalled(Instant now) {
        stalled.entrySet().removeIf(entry -> {
            boolean due = now.isAfter(entry.getValue());
            if (due && consumer.assignment().contains(entry.getKey())) {
                consumer.resume(Set.of(entry.getKey()));
            }
            return due;
        });
    }

    /** Another process reads it now. */
    void forget(TopicPartition partition) {
        stalled.remove(partition);
    }
}
