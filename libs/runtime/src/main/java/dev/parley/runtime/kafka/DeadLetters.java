package dev.parley.runtime.kafka;

import dev.parley.runtime.Metrics;
import dev.parley.schemas.AvroSerializer;
import dev.parley.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets aside records that could not be used, as they were, with the reason in their headers: {@value #REASON}, {@value #TOPIC}, {@value #PARTITION} and
 * {@value #OFFSET}. Usable from any thread. A letter that cannot be written is tried again every second until it is: its future completes only then, and the record's
 * offset must not be committed before.
 */
public final class DeadLetters {
    public static final String REASON = "parley.reason";
    public static final String TOPIC = "parley.topic";
    public static final String PARTITION = "parley.partition";
    public static final String OFFSET = "parley.offset";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int LONGEST_REASON = 1000;

    private final KafkaPublisher publisher;
    private final AvroSerializer<SpecificRecord> serializer;
    private final Metrics metrics;

    DeadLetters(KafkaPublisher publisher, AvroSerializer<SpecificRecord> serializer, Metrics metrics) {
        this.publisher = publisher;
        this.serializer = serializer;
        this.metrics = metrics;
    }

    /** Sets a record aside as it was fetched. */
    public CompletableFuture<@Nullable Void> put(ConsumerRecord<byte[], byte[]> raw, String reason) {
        return put(raw.topic(), raw.partition(), raw.offset(), raw.key(), raw.value(), reason);
    }

    /** Sets aside a record that was read and that the work on it cannot use. */
    public CompletableFuture<@Nullable Void> put(Received<?> record, String reason) {
        return put(
                record.topic().name(),
                record.partition(),
                record.offset(),
                record.key().getBytes(StandardCharsets.UTF_8),
                serializer.serialize(record.topic().name(), record.value()),
                reason);
    }

    private CompletableFuture<@Nullable Void> put(
            String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value, String reason) {
        metrics.counter(KafkaMeter.DEAD_LETTERS, "topic", topic).increment();
        LOG.atWarn()
                .addKeyValue("topic", topic)
                .addKeyValue("partition", partition)
                .addKeyValue("offset", offset)
                .addKeyValue("reason", reason)
                .log("Record cannot be used");
        var letter = new ProducerRecord<byte[], byte[]>(Topics.DEAD_LETTERS, null, key, value);
        header(letter, REASON, reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
        header(letter, TOPIC, topic);
        header(letter, PARTITION, Integer.toString(partition));
        header(letter, OFFSET, Long.toString(offset));
        var written = new CompletableFuture<@Nullable Void>();
        write(letter, written);
        return written;
    }

    private void write(ProducerRecord<byte[], byte[]> letter, CompletableFuture<@Nullable Void> written) {
        var _ = publisher.send(letter).whenComplete((done, failure) -> {
            if (failure == null) {
                written.complete(null);
            } else {
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> write(letter, written));
            }
        });
    }

    private static void header(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
