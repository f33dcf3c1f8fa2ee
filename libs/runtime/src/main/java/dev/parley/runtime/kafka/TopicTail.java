package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all partitions of a topic without a group: every process that has a tail sees every record. One thread of its own, on which the listener is called; partitions
 * that are added later are found within a minute.
 *
 * <p>A record that cannot be read is passed over, counted and logged: with no group there is no owner who alone would set it aside. While Kafka is away the tail waits;
 * it ends only when it is closed or refused by Kafka, see {@link #live}.
 */
public final class TopicTail<T extends SpecificRecord> implements AutoCloseable {
    /** Where to begin. */
    public enum From {
        BEGINNING,
        END
    }

    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LOOK_FOR_PARTITIONS = Duration.ofMinutes(1);

    private final KafkaConnection connection;
    private final Topic<T> topic;
    private final From from;
    private final Consumer<Received<T>> listener;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ConsumerThread thread;
    private final CompletableFuture<@Nullable Void> caughtUp = new CompletableFuture<>();
    private final Map<TopicPartition, Long> endsAtStart = new HashMap<>();
    private Instant nextLook = Instant.MIN;

    private TopicTail(KafkaConnection connection, Topic<T> topic, From from, Consumer<Received<T>> listener) {
        this.connection = connection;
        this.topic = topic;
        this.from = from;
        this.listener = listener;
        this.consumer = connection.consumer(Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 200));
        this.thread = new ConsumerThread("tail-" + topic.name(), consumer, this::read, () -> {});
    }

    /** Begins to read. */
    public static <T extends SpecificRecord> TopicTail<T> start(
            KafkaConnection connection, Topic<T> topic, From from, Consumer<Received<T>> listener) {
        var tail = new TopicTail<>(connection, topic, from, listener);
        tail.thread.start();
        return tail;
    }

    /** Completes, on the tail's thread, when everything has been handed to the listener that the topic held at the start. */
    public CompletableFuture<@Nullable Void> caughtUp() {
        return caughtUp.copy();
    }

    /** Whether it still reads. */
    public boolean live() {
        return thread.live();
    }

    /** Ends and waits until the listener is not called any more, 10 s at most. */
    @Override
    public void close() {
        thread.close();
    }

    private void read() {
        var now = Instant.now();
        if (now.isAfter(nextLook)) {
            assignAll(nextLook.equals(Instant.MIN));
            nextLook = now.plus(LOOK_FOR_PARTITIONS);
        }
        for (var raw : consumer.poll(POLL)) {
            hand(raw);
        }
        lookWhetherCaughtUp();
    }

    private void assignAll(boolean first) {
        var all = consumer.partitionsFor(topic.name()).stream()
                .map(info -> new TopicPartition(topic.name(), info.partition()))
                .collect(Collectors.toSet());
        var added = all.stream()
                .filter(partition -> !consumer.assignment().contains(partition))
                .toList();
        if (added.isEmpty()) {
            return;
        }
        if (first) {
            endsAtStart.putAll(consumer.endOffsets(added));
        }
        Set<TopicPartition> before = consumer.assignment();
        consumer.assign(all);
        if (first && from == From.END) {
            endsAtStart.forEach(consumer::seek);
        } else {
            consumer.seekToBeginning(added);
        }
        LOG.atDebug()
                .addKeyValue("topic", topic)
                .addKeyValue("partitions", all.size())
                .addKeyValue("before", before.size())
                .log("Tail reads");
    }

    private void lookWhetherCaughtUp() {
        if (caughtUp.isDone() || endsAtStart.isEmpty()) {
            return;
        }
        endsAtStart.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        if (endsAtStart.isEmpty()) {
            caughtUp.complete(null);
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> raw) {
        while (!thread.closing()) {
            try {
                listener.accept(connection.reader().read(topic, raw));
                return;
            } catch (SerializationException e) {
                if (!RecordReader.mayBeReadLater(e)) {
                    pass(raw, e);
                    return;
                }
                connection
                        .metrics()
                        .counter(KafkaMeter.STALLED, "topic", topic.name())
                        .increment();
                LockSupport.parkNanos(ConsumerThread.PAUSE_AFTER_FAILURE.toNanos());
            } catch (RuntimeException e) {
                pass(raw, e);
                return;
            }
        }
    }

    private void pass(ConsumerRecord<byte[], byte[]> raw, RuntimeException why) {
        connection.metrics().counter(KafkaMeter.SKIPPED, "topic", topic.name()).increment();
        LOG.atWarn()
                .setCause(why)
                .addKeyValue("topic", topic)
                .addKeyValue("partition", raw.partition())
                .addKeyValue("offset", raw.offset())
                .log("Record passed over");
    }
}
