package dev.parley.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import dev.parley.schemas.AvroDeserializer;
import dev.parley.schemas.AvroSerializer;
import dev.parley.schemas.SchemaRegistry;
import dev.parley.schemas.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericData;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.registry.confluent.ConfluentSchemaRegistryCoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Confluent's own client (7.5) and what reads and writes with it, as Flink carries them, against what Parley reads and writes. */
@Timeout(60)
class ConfluentInteroperabilityTest {
    private static final String TOPIC = "audio.frames";
    private static final String SUBJECT = TOPIC + "-value";

    private final EmbeddedSchemaRegistry server = EmbeddedSchemaRegistry.start();
    private final SchemaRegistry parley = SchemaRegistry.connect(Map.of("schema.registry.url", server.url()));
    private final CachedSchemaRegistryClient confluent = new CachedSchemaRegistryClient(server.url(), 10);

    private final AudioFrame frame = new AudioFrame(
            "pbx~1",
            FrameKind.FRAME,
            42L,
            42L,
            1_700_000_000_000_000L,
            1,
            ByteBuffer.wrap(new byte[] {1, 2, 3, 4}),
            new Heard("answer-pbx_7e1-0-0-0-0-0", ReplyKind.ANSWER, -23.5f),
            "5");

    @AfterEach
    void close() throws IOException {
        confluent.close();
        parley.close();
        server.close();
    }

    @Test
    void confluentsClassesReadWhatParleyWrote() throws IOException {
        byte[] bytes = Objects.requireNonNull(new AvroSerializer<AudioFrame>(parley).serialize(TOPIC, frame));

        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        Schema schema = new ConfluentSchemaRegistryCoder(confluent).readSchema(in);
        GenericRecord read = new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(in, null));

        assertThat(schema.getFullName()).isEqualTo("dev.parley.records.AudioFrame");
        assertThat(read.get("callId")).hasToString("pbx~1");
        assertThat(read.get("kind")).hasToString("FRAME");
        assertThat(read.get("frame")).isEqualTo(42L);
        assertThat(read.get("pcm")).isEqualTo(frame.getPcm());
        assertThat(((GenericRecord) read.get("heard")).get("kind")).hasToString("ANSWER");
        assertThat(read.get("digit")).hasToString("5");
    }

    @Test
    void parleyReadsWhatConfluentsClassesWrote() throws IOException {
        Schema schema = new Schema.Parser().parse(Topics.AUDIO_FRAMES.schema().toString());
        GenericRecord record = new GenericData.Record(schema);
        record.put("callId", "pbx~1");
        record.put("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), "GAP"));
        record.put("frame", 10L);
        record.put("lastFrame", 14L);
        record.put("at", 9L);
        record.put("tapEpoch", 2);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ConfluentSchemaRegistryCoder(SUBJECT, confluent).writeSchema(schema, out);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(record, encoder);
        encoder.flush();

        AudioFrame read = new AvroDeserializer<>(parley, AudioFrame.class).deserialize(TOPIC, out.toByteArray());

        assertThat(read).isEqualTo(new AudioFrame("pbx~1", FrameKind.GAP, 10L, 14L, 9L, 2, null, null, null));
    }

    @Test
    void bothClientsGetTheSameIdsFromTheRegistry() throws IOException, RestClientException {
        int ours = parley.register(SUBJECT, Topics.AUDIO_FRAMES.schema());
        AvroSchema schema = new AvroSchema(Topics.AUDIO_FRAMES.schema().toString());

        assertThat(confluent.register(SUBJECT, schema)).isEqualTo(ours);
        assertThat(confluent.getId(SUBJECT, schema)).isEqualTo(ours);
        assertThat(confluent.getVersion(SUBJECT, schema)).isOne();
        assertThat(confluent.getLatestSchemaMetadata(SUBJECT).getId()).isEqualTo(ours);
        assertThat(confluent.getAllSubjects()).containsExactly(SUBJECT);
        assertThat(confluent.testCompatibility(SUBJECT, schema)).isTrue();
    }

    @Test
    void confluentsClientUnderstandsTheRefusals() throws IOException, RestClientException {
        assertThatThrownBy(() -> confluent.getSchemaById(77))
                .isInstanceOfSatisfying(
                        RestClientException.class,
                        e -> assertThat(e.getErrorCode()).isEqualTo(40403));
        parley.register(SUBJECT, Topics.AUDIO_FRAMES.schema());
        AvroSchema other = new AvroSchema(Topics.REPLIES.schema().toString());

        assertThat(confluent.testCompatibility(SUBJECT, other)).isFalse();
        assertThatThrownBy(() -> confluent.register(SUBJECT, other))
                .isInstanceOfSatisfying(
                        RestClientException.class,
                        e -> assertThat(e.getStatus()).isEqualTo(409));
        assertThat(confluent.updateCompatibility(SUBJECT, "NONE")).isEqualTo("NONE");
        assertThat(confluent.register(SUBJECT, other)).isEqualTo(2);
    }
}
