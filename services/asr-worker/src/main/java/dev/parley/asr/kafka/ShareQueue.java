package dev.parley.asr.kafka;

import dev.parley.asr.AsrMeter;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The queue as a share group: whoever is free takes the next chunk. A chunk is locked for {@link ShareGroup#LOCK} and comes back when its worker dies; the lock is
 * renewed while the work goes on. A lock that was lost all the same means a second transcript of the same text, which readers drop.
 */
final class ShareQueue implements ChunkQueue {
    private static final Duration RENEWAL = Duration.ofSeconds(1);

    private final KafkaConnection connection;
    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private @Nullable ConsumerRecord<byte[], byte[]> inHand;

    ShareQueue(KafkaConnection connection, String group, Topic<UtteranceChunk> topic) {
        this.connection = connection;
        this.consumer = new KafkaShareConsumer<>(
                config(connection, group), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic.name()));
    }

    private static Map<String, Object> config(KafkaConnection connection, String group) {
        Map<String, Object> config = new HashMap<>(connection.consumerConfig(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1,
                "share.acknowledgement.mode",
                "explicit",
                "share.acquire.mode",
                "record_limit")));
        // Settings of consumer groups, which a share consumer refuses; those of a share group are kept by the broker.
        List.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG)
                .forEach(config::remove);
        return config;
    }

    @Override
    public Optional<Handed> next(Duration patience) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(patience);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (inHand == null) {
                inHand = record;
            } else {
                consumer.acknowledge(record, AcknowledgeType.RELEASE); // a broker that knows no limit of one
            }
        }
        return Optional.ofNullable(inHand)
                .map(record -> new Handed(record, record.deliveryCount().orElse((short) 1)));
    }

    @Override
    public void keep() {
        ConsumerRecord<byte[], byte[]> record = inHand;
        if (record == null) {
            return;
        }
        consumer.acknowledge(record, AcknowledgeType.RENEW);
        inHand = null;
        long deadline = System.nanoTime() + RENEWAL.toNanos();
        while (inHand == null && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> again : consumer.poll(Duration.ofMillis(50))) {
                if (again.offset() == record.offset() && again.partition() == record.partition()) {
                    inHand = again;
                } else {
                    consumer.acknowledge(again, AcknowledgeType.RELEASE);
                }
            }
        }
    }

    @Override
    public void done() {
        acknowledge(AcknowledgeType.ACCEPT);
    }

    @Override
    public void giveBack() {
        acknowledge(AcknowledgeType.RELEASE);
    }

    /** Goes out with the next poll, or with the end of this consumer. */
    private void acknowledge(AcknowledgeType how) {
        ConsumerRecord<byte[], byte[]> record = inHand;
        inHand = null;
        if (record == null) {
            connection.metrics().counter(AsrMeter.LOCK_LOST).increment();
        } else {
            consumer.acknowledge(record, how);
        }
    }

    @Override
    public void close() {
        if (inHand != null) {
            giveBack();
        }
        consumer.close(Duration.ofSeconds(5));
    }
}
