package dev.parley.asr.kafka;

import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue as a consumer group of the classic kind, which every Kafka has: a lane owns partitions, and its chunks wait for it even when others are free. A dead
 * worker is noticed after {@link #SESSION}.
 */
final class GroupQueue implements ChunkQueue {
    private static final Logger LOG = LoggerFactory.getLogger(GroupQueue.class);

    /** The shortest that brokers allow by default. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private @Nullable ConsumerRecord<byte[], byte[]> inHand;

    GroupQueue(KafkaConnection connection, String group, Topic<UtteranceChunk> topic) {
        consumer = connection.consumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                "classic",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1,
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                (int) SESSION.toMillis(),
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) SESSION.dividedBy(3).toMillis()));
        consumer.subscribe(List.of(topic.name()));
    }

    @Override
    public Optional<Handed> next(Duration patience) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            inHand = record;
        }
        return Optional.ofNullable(inHand).map(record -> new Handed(record, 1));
    }

    /** Heartbeats are the client's; it only wants to be polled now and then, without giving anything. */
    @Override
    public void keep() {
        consumer.pause(consumer.assignment());
        consumer.poll(Duration.ZERO);
        consumer.resume(consumer.assignment());
    }

    @Override
    public void done() {
        ConsumerRecord<byte[], byte[]> record = inHand;
        inHand = null;
        if (record == null) {
            return;
        }
        try {
            consumer.commitSync(Map.of(partition(record), new OffsetAndMetadata(record.offset() + 1)));
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.atInfo()
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .log("The partition is another worker's now; the chunk will get a second transcript");
        }
    }

    @Override
    public void giveBack() {
        ConsumerRecord<byte[], byte[]> record = inHand;
        inHand = null;
        if (record != null && consumer.assignment().contains(partition(record))) {
            consumer.seek(partition(record), record.offset());
        }
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
    }
}
