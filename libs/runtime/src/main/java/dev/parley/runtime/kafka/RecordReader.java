package dev.parley.runtime.kafka;

import dev.parley.schemas.AvroDeserializer;
import dev.parley.schemas.SchemaRegistry;
import dev.parley.schemas.SchemaRegistryException;
import dev.parley.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Reads what was fetched as records of a topic. Usable from any thread. */
final class RecordReader {
    private final SchemaRegistry registry;
    private final Map<Topic<?>, AvroDeserializer<?>> deserializers = new ConcurrentHashMap<>();

    RecordReader(SchemaRegistry registry) {
        this.registry = registry;
    }

    /**
     * Reads a record.
     *
     * @throws SerializationException when it cannot be read; see {@link #mayBeReadLater}
     */
    @SuppressWarnings("unchecked") // A topic's deserializer was made for its type.
    <T extends SpecificRecord> Received<T> read(Topic<T> topic, ConsumerRecord<byte[], byte[]> raw) {
        byte @Nullable [] key = raw.key();
        if (key == null) {
            throw new SerializationException("A record of " + topic + " has no key");
        }
        var deserializer = (AvroDeserializer<T>)
                deserializers.computeIfAbsent(topic, any -> new AvroDeserializer<>(registry, any.type()));
        return new Received<>(
                topic,
                raw.partition(),
                raw.offset(),
                Instant.ofEpochMilli(raw.timestamp()),
                new String(key, StandardCharsets.UTF_8),
                deserializer.deserialize(topic.name(), raw.value()));
    }

    /** Whether the record may be fine and only the registry could not be asked. */
    static boolean mayBeReadLater(SerializationException e) {
        return e instanceof SchemaRegistryException registry && registry.retriable();
    }
}
