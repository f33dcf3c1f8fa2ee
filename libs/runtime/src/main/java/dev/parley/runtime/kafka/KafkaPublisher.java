package dev.parley.runtime.kafka;

import dev.parley.runtime.Metrics;
import dev.parley.schemas.AvroSerializer;
import dev.parley.schemas.Partitions;
import dev.parley.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The {@link Publisher} on a Kafka producer. Nothing is dropped in silence: each record's future says what became of it. */
final class KafkaPublisher implements Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
    private static final long WARN_EVERY_NANOS = 5_000_000_000L;

    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer<SpecificRecord> serializer;
    private final Metrics metrics;
    private final Map<String, Integer> partitionCounts = new ConcurrentHashMap<>();
    private volatile @Nullable String undelivered;
    private final AtomicLong warnedAt = new AtomicLong(System.nanoTime() - WARN_EVERY_NANOS - 1);

    KafkaPublisher(KafkaProducer<byte[], byte[]> producer, AvroSerializer<SpecificRecord> serializer, Metrics metrics) {
        this.producer = producer;
        this.serializer = serializer;
        this.metrics = metrics;
    }

    @Override
    public <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
            Topic<T> topic, String key, String callId, @Nullable T value) {
        try {
            @Nullable Integer partition = key.equals(callId) ? null : partition(topic, callId);
            return send(new ProducerRecord<byte[], byte[]>(
                    topic.name(),
                    partition,
                    key.getBytes(StandardCharsets.UTF_8),
                    serializer.serialize(topic.name(), value)));
        } catch (KafkaException e) {
            return failed(topic.name(), e);
        }
    }

    CompletableFuture<@Nullable Void> send(ProducerRecord<byte[], byte[]> record) {
        var acknowledged = new CompletableFuture<@Nullable Void>();
        var caller = Thread.currentThread();
        try {
            var _ = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    acknowledged.complete(null);
                } else {
                    if (Thread.currentThread()
                            != caller) { // Accepted, and given up later; a refusal comes back at once.
                        undelivered = record.topic() + ": " + failure;
                    }
                    count(record.topic(), failure);
                    acknowledged.completeExceptionally(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            return failed(record.topic(), e);
        }
        return acknowledged;
    }

    /** The last record that was accepted and then given up after {@code delivery.timeout.ms}, if there is one. */
    Optional<String> undelivered() {
        return Optional.ofNullable(undelivered);
    }

    /**
     * Asks for all that the first record of a topic would have to wait for. Blocks for 10 s at most.
     *
     * @throws KafkaException when Kafka cannot tell about it
     */
    void prepare(String topic) {
        var deadline = Instant.now().plusSeconds(10);
        while (true) {
            try {
                partitionCounts.put(topic, producer.partitionsFor(topic).size());
                return;
            } catch (RetriableException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw e;
                }
            }
        }
    }

    void close(Duration within) {
        producer.close(within);
    }

    private int partition(Topic<?> topic, String callId) {
        int count = partitionCounts.computeIfAbsent(
                topic.name(), name -> producer.partitionsFor(name).size());
        return Partitions.of(callId, count);
    }

    private CompletableFuture<@Nullable Void> failed(String topic, RuntimeException cause) {
        count(topic, cause);
        return CompletableFuture.failedFuture(cause);
    }

    private void count(String topic, Exception cause) {
        metrics.counter(
                        KafkaMeter.UNDELIVERED,
                        "topic",
                        topic,
                        "reason",
                        cause.getClass().getSimpleName())
                .increment();
        long now = System.nanoTime();
        long before = warnedAt.get();
        // When a broker is away they all fail, thousands of them: the counter has each, the log the first of a while.
        boolean tell = now - before > WARN_EVERY_NANOS && warnedAt.compareAndSet(before, now);
        LOG.atLevel(tell ? Level.WARN : Level.DEBUG)
                .addKeyValue("topic", topic)
                .addKeyValue("reason", cause.toString())
                .log("Record not written");
    }
}
