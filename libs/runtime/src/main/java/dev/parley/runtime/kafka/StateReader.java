package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a partition's last owner has left: the newest record of each key of the state topic, to its end, and the group's committed offsets. Blocks, so it has a
 * thread of its own; while Kafka is away it tries on.
 */
final class StateReader implements AutoCloseable {
    /**
     * What was found.
     *
     * @param records for each partition number, in the order of offsets, without tombstones
     * @param committed the group's offsets
     * @param begins where the partitions begin
     * @param ends where they end
     */
    record Found(
            Map<Integer, List<Received<?>>> records,
            Map<TopicPartition, Long> committed,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {}

    private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(300);

    private final KafkaConnection connection;
    private final String group;
    private final @Nullable Topic<?> topic;
    private final ExecutorService thread;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closing;

    StateReader(KafkaConnection connection, String group, @Nullable Topic<?> topic) {
        this.connection = connection;
        this.group = group;
        this.topic = topic;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("state-" + group).daemon().factory());
    }

    /** Reads, and hands over what it found on its own thread; says nothing when it is closed before. */
    void read(
            Set<Integer> numbers,
            Set<TopicPartition> partitions,
            Consumer<Found> whenDone,
            Consumer<Throwable> whenFailed) {
        thread.execute(() -> {
            while (!closing) {
                try {
                    // Offsets first: a record that is committed is in the state, or needs none.
                    var committed = committed(partitions);
                    var records = records(numbers);
                    whenDone.accept(new Found(
                            records,
                            committed,
                            offsets(partitions, OffsetSpec.earliest()),
                            offsets(partitions, OffsetSpec.latest())));
                    return;
                } catch (KafkaException e) {
                    if (!mayPass(e)) {
                        whenFailed.accept(e);
                        return;
                    }
                    LOG.atWarn()
                            .addKeyValue("group", group)
                            .addKeyValue("reason", e.toString())
                            .log("State not read yet");
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
                } catch (RuntimeException | Error e) {
                    whenFailed.accept(e);
                    return;
                }
            }
        });
    }

    private static boolean mayPass(KafkaException e) {
        return !(e instanceof AuthorizationException
                || e instanceof AuthenticationException
                || e instanceof InterruptException);
    }

    private Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            Map<TopicPartition, @Nullable OffsetAndMetadata> all = AdminAnswer.of(
                    connection.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            for (var partition : partitions) {
                @Nullable OffsetAndMetadata offset = all.get(partition);
                if (offset != null) {
                    offsets.put(partition, offset.offset());
                }
            }
        } catch (GroupIdNotFoundException e) {
            LOG.atDebug().addKeyValue("group", group).log("The group has committed nothing yet");
        }
        return offsets;
    }

    private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        AdminAnswer.of(connection.admin().listOffsets(asked).all())
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private Map<Integer, List<Received<?>>> records(Set<Integer> numbers) {
        Map<Integer, List<Received<?>>> all = new HashMap<>();
        var state = topic;
        if (state == null) {
            return all;
        }
        var reading = consumer;
        if (reading == null) {
            reading = connection.consumer(Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000));
            consumer = reading;
        }
        var partitions = numbers.stream()
                .map(number -> new TopicPartition(state.name(), number))
                .toList();
        reading.assign(partitions);
        reading.seekToBeginning(partitions);
        var ends = new HashMap<>(reading.endOffsets(partitions, Duration.ofSeconds(10)));
        Map<Integer, Map<String, Received<?>>> newest = new HashMap<>();
        var still = reading;
        while (!closing && !ends.isEmpty()) {
            ends.entrySet().removeIf(end -> still.position(end.getKey(), Duration.ofSeconds(10)) >= end.getValue());
            if (!ends.isEmpty()) {
                for (var raw : reading.poll(Duration.ofMillis(100))) {
                    keep(state, raw, newest.computeIfAbsent(raw.partition(), any -> new LinkedHashMap<>()));
                }
            }
        }
        reading.unsubscribe();
        newest.forEach((number, byKey) -> {
            List<Received<?>> sorted = new ArrayList<>(byKey.values());
            sorted.sort(Comparator.comparingLong(Received::offset));
            all.put(number, List.copyOf(sorted));
        });
        return all;
    }

    private void keep(Topic<?> state, ConsumerRecord<byte[], byte[]> raw, Map<String, Received<?>> byKey) {
        try {
            var record = connection.reader().read(state, raw);
            if (record.value() == null) {
                byKey.remove(record.key());
            } else {
                byKey.put(record.key(), record);
            }
        } catch (SerializationException e) {
            if (RecordReader.mayBeReadLater(e)) {
                throw e;
            }
            var _ = connection.deadLetters().put(raw, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        closing = true;
        thread.execute(() -> {
            if (consumer != null) {
                consumer.close();
            }
        });
        thread.shutdown();
    }
}
