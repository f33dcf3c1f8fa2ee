package dev.parley.schemas;

import dev.parley.schemas.UnusableRecord.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in Confluent's wire format, of whatever schema they were written with, as the records of this build. Safe for
 * several threads; the first record of each schema id asks the registry and may block.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    private final @Nullable Class<T> type;
    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();
    private @Nullable SchemaRegistry registry;
    private boolean ownsRegistry;
    private @Nullable BinaryDecoder decoder;

    static {
        WireFormat.trustRecords();
    }

    /** For Kafka, which calls {@link #configure} next: reads each record as the class that its writer's schema names. */
    public AvroDeserializer() {
        this.type = null;
    }

    /** Reads records of one type; the registry stays the caller's to close. */
    public AvroDeserializer(SchemaRegistry registry, Class<T> type) {
        this.registry = registry;
        this.type = type;
    }

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        if (registry == null) {
            registry = SchemaRegistry.connect(config);
            ownsRegistry = true;
        }
    }

    /**
     * @return the record; null for a tombstone
     * @throws UnusableRecord where these bytes can never be read
     * @throws SchemaRegistryException where the registry could not be asked; the record may be fine
     */
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < WireFormat.HEADER_BYTES || bytes[0] != WireFormat.MAGIC) {
            throw new UnusableRecord(
                    Reason.NOT_AVRO,
                    "A record of " + topic + " is not in Confluent's wire format: " + bytes.length + " bytes"
                            + (bytes.length == 0 ? "" : ", the first is " + (bytes[0] & 0xff) + ", not 0"),
                    null);
        }
        int id = ByteBuffer.wrap(bytes).getInt(1);
        SpecificDatumReader<T> reader = readers.get(id);
        if (reader == null) {
            reader = makeReader(topic, id);
            readers.put(id, reader);
        }
        return decode(topic, id, bytes, reader);
    }

    @Override
    public void close() {
        if (ownsRegistry && registry != null) {
            registry.close();
        }
    }

    private synchronized T decode(String topic, int id, byte[] bytes, SpecificDatumReader<T> reader) {
        String what = "A record of " + topic + " (" + reader.getExpected().getName() + ", schema id " + id + ", "
                + bytes.length + " bytes) ";
        T record;
        try {
            decoder = DecoderFactory.get()
                    .binaryDecoder(bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, decoder);
            record = reader.read(null, decoder);
            if (decoder.isEnd()) {
                return record;
            }
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | UnsupportedOperationException e) {
            throw new UnusableRecord(Reason.DAMAGED, what + "is cut short or damaged: " + e, e);
        }
        throw new UnusableRecord(Reason.DAMAGED, what + "goes on after its end", null);
    }

    private SpecificDatumReader<T> makeReader(String topic, int id) {
        SchemaRegistry asked = Objects.requireNonNull(registry, "configure() comes before deserialize()");
        Schema writer;
        try {
            writer = asked.byId(id);
        } catch (SchemaRegistryException e) {
            if (e.errorCode() == SchemaRegistryException.SCHEMA_NOT_FOUND) {
                throw new UnusableRecord(
                        Reason.UNKNOWN_SCHEMA,
                        "A record of " + topic + " has schema id " + id + ", which the registry does not know: "
                                + e.getMessage(),
                        e);
            }
            if (e.errorCode() == SchemaRegistryException.NO_AVRO_SCHEMA) {
                throw new UnusableRecord(
                        Reason.INCOMPATIBLE, "A record of " + topic + " cannot be read: " + e.getMessage(), e);
            }
            throw e;
        }
        Class<?> target = type != null ? type : SpecificData.get().getClass(writer);
        if (target == null || !SpecificRecord.class.isAssignableFrom(target)) {
            throw new UnusableRecord(
                    Reason.INCOMPATIBLE,
                    "A record of " + topic + " is a " + writer.getFullName() + " (schema id " + id
                            + "), which is no record of Parley's",
                    null);
        }
        Schema expected = SpecificData.get().getSchema(target);
        var check = SchemaCompatibility.checkReaderWriterCompatibility(expected, writer);
        if (check.getType() != SchemaCompatibilityType.COMPATIBLE) {
            throw new UnusableRecord(
                    Reason.INCOMPATIBLE,
                    "A record of " + topic + " was written as " + writer.getFullName() + " (schema id " + id
                            + "), which cannot be read as " + expected.getFullName() + ": "
                            + check.getResult().getIncompatibilities(),
                    null);
        }
        return new SpecificDatumReader<>(writer, expected, SpecificData.getForClass(target));
    }
}
