package dev.parley.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.ChunkStage;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.UnusableRecord.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Records of other builds, and records that are none. */
class EvolutionTest {
    private static final String TOPIC = "call.commands";

    private final SchemaRegistry registry =
            SchemaRegistry.connect(Map.of("schema.registry.url", "mock://" + System.nanoTime()));
    private final AvroDeserializer<CallCommand> deserializer = new AvroDeserializer<>(registry, CallCommand.class);

    @Test
    void anEnumSymbolOfANewerBuildIsReadAsUnknown() throws IOException {
        Schema newer = changed("\"HANG_UP\"", "\"HANG_UP\",\"CONFERENCE\"");
        GenericRecord record = command(newer);
        record.put("type", new GenericData.EnumSymbol(newer.getField("type").schema(), "CONFERENCE"));

        CallCommand read = read(bytes(record));

        assertThat(read.getType()).isEqualTo(CallCommandType.UNKNOWN);
        assertThat(read.getId()).isEqualTo("c-1");
    }

    @Test
    void aFieldOfANewerBuildIsPassedOver() throws IOException {
        Schema newer = changed(
                "{\"name\":\"frame\"",
                "{\"name\":\"urgent\",\"type\":\"boolean\",\"default\":true},{\"name\":\"frame\"");
        GenericRecord record = command(newer);
        record.put("urgent", true);

        assertThat(read(bytes(record)).getFrame()).isEqualTo(7);
    }

    @Test
    void aFieldThatAnOlderBuildDidNotKnowGetsItsDefault() throws IOException {
        Schema ours = Topics.CALL_COMMANDS.schema();
        Schema older = Schema.createRecord(ours.getName(), null, ours.getNamespace(), false);
        older.setFields(ours.getFields().stream()
                .filter(f -> !f.name().equals("argument"))
                .map(f -> new Schema.Field(f, f.schema()))
                .toList());

        assertThat(read(bytes(command(older))).getArgument()).isEmpty();
    }

    @Test
    void aFieldThatWeNeedAndTheWriterDoesNotHaveIsRefused() throws IOException {
        Schema ours = Topics.CALL_COMMANDS.schema();
        Schema other = Schema.createRecord(ours.getName(), null, ours.getNamespace(), false);
        other.setFields(ours.getFields().stream()
                .filter(f -> !f.name().equals("id"))
                .map(f -> new Schema.Field(f, f.schema()))
                .toList());
        byte[] bytes = bytes(command(other));

        assertUnusable(bytes, Reason.INCOMPATIBLE, "CallCommand", "id");
    }

    @Test
    void whatIsNotInTheWireFormatIsRefused() {
        assertUnusable(new byte[0], Reason.NOT_AVRO, TOPIC, "0 bytes");
        assertUnusable(new byte[4], Reason.NOT_AVRO, TOPIC, "4 bytes");
        assertUnusable("{\"a\":1}".getBytes(StandardCharsets.UTF_8), Reason.NOT_AVRO, "123");
    }

    @Test
    void anUnknownSchemaIdIsRefusedByNumber() {
        assertUnusable(new byte[] {0, 0, 0, 48, 57, 1}, Reason.UNKNOWN_SCHEMA, TOPIC, "12345");
    }

    @Test
    void aRecordThatIsCutShortOrGoesOnIsRefused() throws IOException {
        byte[] whole = bytes(command(Topics.CALL_COMMANDS.schema()));

        for (int length = 5; length < whole.length; length++) {
            assertUnusable(Arrays.copyOf(whole, length), Reason.DAMAGED, TOPIC, length + " bytes");
        }
        assertUnusable(Arrays.copyOf(whole, whole.length + 1), Reason.DAMAGED, "goes on after its end");
    }

    @Test
    void damagedBytesAreReadOrRefusedButNeverCrashTheReader() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AvroSerializer<UtteranceChunk> serializer = new AvroSerializer<>(registry);
        AvroDeserializer<UtteranceChunk> chunks = new AvroDeserializer<>(registry, UtteranceChunk.class);
        byte[] whole = Objects.requireNonNull(serializer.serialize(
                "utterance.chunks",
                new UtteranceChunk(
                        "pbx~1",
                        5L,
                        0,
                        0,
                        ChunkStage.PARTIAL,
                        5L,
                        9L,
                        0,
                        10L,
                        1L,
                        ByteBuffer.allocate(1600),
                        null,
                        false)));
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = whole.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                damaged[5 + random.nextInt(40)] = (byte) random.nextInt(256);
            }
            try {
                chunks.deserialize("utterance.chunks", damaged);
            } catch (UnusableRecord e) {
                assertThat(e.reason()).as("seed %d", seed).isEqualTo(Reason.DAMAGED);
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isPositive();
    }

    private CallCommand read(byte[] bytes) {
        return Objects.requireNonNull(deserializer.deserialize(TOPIC, bytes));
    }

    private void assertUnusable(byte[] bytes, Reason reason, String... named) {
        assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
                .isInstanceOfSatisfying(
                        UnusableRecord.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContainingAll(named);
    }

    private static Schema changed(String text, String by) {
        String ours = Topics.CALL_COMMANDS.schema().toString();
        assertThat(ours).contains(text);
        return new Schema.Parser().parse(ours.replace(text, by));
    }

    private static GenericRecord command(Schema schema) {
        GenericRecord record = new GenericData.Record(schema);
        Map<String, Object> values = Map.of(
                "callId", "pbx~1", "id", "c-1", "argument", "Hello", "issuedBy", "console", "frame", 7L, "at", 9L);
        values.forEach((name, value) -> {
            if (schema.getField(name) != null) {
                record.put(name, value);
            }
        });
        record.put("type", new GenericData.EnumSymbol(schema.getField("type").schema(), "SAY"));
        return record;
    }

    private byte[] bytes(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.write(ByteBuffer.allocate(4)
                .putInt(registry.register(TOPIC + "-value", record.getSchema()))
                .array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
        return out.toByteArray();
    }
}
