package dev.parley.gateway.kafka;

import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.AvroDeserializer;
import dev.parley.schemas.Partitions;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the newest records of a topic, from an instant to the end that it has now. For one thread, which it blocks. */
final class RecentRecords<T extends SpecificRecord> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecentRecords.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Topic<T> topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroDeserializer<T> deserializer;
    private final int partitions;

    RecentRecords(KafkaConnection kafka, Topic<T> topic) {
        this.topic = topic;
        this.consumer = kafka.consumer(Map.of());
        this.deserializer = new AvroDeserializer<>(kafka.schemaRegistry(), topic.type());
        this.partitions = consumer.partitionsFor(topic.name()).size();
    }

    /** Of all partitions. */
    void readAll(Duration back, Consumer<T> each) {
        readPartitions(IntStream.range(0, partitions).boxed().toList(), back, each);
    }

    /** Of the partitions that hold these calls; others' records come along. */
    void read(Collection<String> callIds, Duration back, Consumer<T> each) {
        readPartitions(
                callIds.stream()
                        .map(callId -> Partitions.of(callId, partitions))
                        .distinct()
                        .toList(),
                back,
                each);
    }

    private void readPartitions(List<Integer> numbers, Duration back, Consumer<T> each) {
        long from = Instant.now().minus(back).toEpochMilli();
        List<TopicPartition> assigned = numbers.stream()
                .map(number -> new TopicPartition(topic.name(), number))
                .toList();
        if (assigned.isEmpty()) {
            return;
        }
        consumer.assign(assigned);
        Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
        consumer.offsetsForTimes(assigned.stream().collect(Collectors.toMap(p -> p, _ -> from)))
                .forEach((partition, found) ->
                        consumer.seek(partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
        while (assigned.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            consumer.poll(POLL).forEach(raw -> hand(raw, each));
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> raw, Consumer<T> each) {
        try {
            T value = deserializer.deserialize(topic.name(), raw.value());
            if (value != null) {
                each.accept(value);
            }
        } catch (SerializationException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("topic", topic)
                    .addKeyValue("partition", raw.partition())
                    .addKeyValue("offset", raw.offset())
                    .log("Record passed over");
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
