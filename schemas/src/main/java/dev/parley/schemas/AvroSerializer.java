package dev.parley.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records in Confluent's wire format. Safe for several threads; the first record of each schema and topic asks the registry
 * and may block, all others cost about half a microsecond.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
    private record Written(String topic, Schema schema) {}

    private final Map<Written, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Schema, SpecificDatumWriter<T>> writers = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1024);
    private @Nullable BinaryEncoder encoder;
    private @Nullable SchemaRegistry registry;
    private boolean ownsRegistry;
    private WriteSettings settings = WriteSettings.DEFAULT;
    private boolean isKey;

    /** For Kafka, which calls {@link #configure} next. */
    public AvroSerializer() {}

    /** A serializer of values with Confluent's default settings; the registry stays the caller's to close. */
    public AvroSerializer(SchemaRegistry registry) {
        this.registry = registry;
    }

    /** As {@link #AvroSerializer(SchemaRegistry)}, with Confluent's settings for writers. */
    public AvroSerializer(SchemaRegistry registry, Map<String, ?> config) {
        this.registry = registry;
        this.settings = WriteSettings.from(config, false);
    }

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        this.isKey = isKey;
        this.settings = WriteSettings.from(config, isKey);
        if (registry == null) {
            registry = SchemaRegistry.connect(config);
            ownsRegistry = true;
        }
    }

    /**
     * @throws SchemaRegistryException where the registry refuses the schema or cannot be asked
     * @throws SerializationException where a field that must be set is not
     */
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T record) {
        if (record == null) {
            return null;
        }
        Schema schema = record.getSchema();
        int id = id(new Written(topic, schema));
        SpecificDatumWriter<T> writer = writers.computeIfAbsent(
                schema, s -> new SpecificDatumWriter<>(s, SpecificData.getForClass(record.getClass())));
        synchronized (buffer) {
            buffer.reset();
            buffer.write(WireFormat.MAGIC);
            buffer.write(id >>> 24);
            buffer.write(id >>> 16);
            buffer.write(id >>> 8);
            buffer.write(id);
            try {
                encoder = EncoderFactory.get().directBinaryEncoder(buffer, encoder);
                writer.write(record, encoder);
                encoder.flush();
            } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException e) {
                throw new SerializationException(
                        "Cannot write a " + schema.getName() + " to " + topic + ": " + e.getMessage(), e);
            }
            return buffer.toByteArray();
        }
    }

    /** Asks the registry now what the first record of the topic would ask for; may block. */
    public void prepare(Topic<?> topic) {
        id(new Written(topic.name(), topic.schema()));
    }

    @Override
    public void close() {
        if (ownsRegistry && registry != null) {
            registry.close();
        }
    }

    private int id(Written written) {
        Integer known = ids.get(written);
        if (known == null) {
            // Not inside the map: the question may take long, and two askers get the same answer.
            known = ask(written);
            ids.put(written, known);
        }
        return known;
    }

    private int ask(Written written) {
        SchemaRegistry asked = Objects.requireNonNull(registry, "configure() comes before serialize()");
        String subject = settings.strategy().subject(written.topic(), isKey, written.schema());
        if (settings.useLatest()) {
            SchemaRegistry.Registered latest = asked.latest(subject);
            if (!SchemaNormalization.toParsingForm(latest.schema())
                    .equals(SchemaNormalization.toParsingForm(written.schema()))) {
                throw new SerializationException("use.latest.version is set, but version " + latest.version()
                        + " of subject " + subject + " is not the "
                        + written.schema().getName()
                        + " that this build of Parley writes: register that schema, or unset use.latest.version");
            }
            return latest.id();
        }
        return settings.autoRegister()
                ? asked.register(subject, written.schema())
                : asked.idOf(subject, written.schema());
    }
}
