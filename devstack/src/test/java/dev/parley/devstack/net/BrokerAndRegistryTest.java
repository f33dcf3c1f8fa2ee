package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.records.CallCommand;
import dev.parley.records.ChunkStage;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.AvroDeserializer;
import dev.parley.schemas.SchemaRegistry;
import dev.parley.schemas.SchemaRegistryException;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topic.DealtOut;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics, schemas and records on the broker and the registry of docker-compose.yml, with the settings that it gives them. */
@NeedsDocker("topics on apache/kafka, schemas and records through Apicurio")
@Timeout(400)
class BrokerAndRegistryTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PARTITIONS = 3;

    private static BrokerContainer broker;
    private static RegistryContainer registry;
    private static KafkaConnection connection;

    @BeforeAll
    static void start() {
        broker = BrokerContainer.shared();
        broker.withoutTopics();
        registry = new RegistryContainer(broker);
        connection = connect();
        connection.awaitTopics(() -> true);
    }

    @AfterAll
    static void stop() {
        if (connection != null) {
            connection.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    private static KafkaConnection connect() {
        return KafkaConnection.open(
                Settings.from(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        broker.bootstrap(),
                        "SCHEMA_REGISTRY_URL",
                        registry.url(),
                        "TOPIC_PARTITIONS",
                        Integer.toString(PARTITIONS))),
                Metrics.inMemory());
    }

    private static SchemaRegistry client() {
        return SchemaRegistry.connect(Map.of("schema.registry.url", registry.url()));
    }

    @Test
    void every_topic_is_made_as_the_registry_of_topics_states() throws Exception {
        for (var topic : Topics.ALL) {
            assertThat(partitions(topic.name()))
                    .as("partitions of %s", topic)
                    .isEqualTo(topic.dealtOut() == DealtOut.WORK_QUEUE ? 1 : PARTITIONS);
            assertThat(ownSettings(topic.name()))
                    .as("settings of %s", topic)
                    .containsExactlyInAnyOrderEntriesOf(stated(topic));
        }
        assertThat(partitions(Topics.DEAD_LETTERS)).isOne();
        assertThat(ownSettings(Topics.DEAD_LETTERS))
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", millis(Duration.ofDays(30)));
    }

    private static Map<String, String> stated(Topic<?> topic) {
        var largest = Map.of("max.message.bytes", Integer.toString(TopicOptions.DEFAULT.maxMessageBytes(topic)));
        Map<String, String> kept =
                switch (topic.kept()) {
                    case SHORT ->
                        Map.of(
                                "cleanup.policy", "delete",
                                "retention.ms", millis(Duration.ofHours(6)),
                                "segment.ms", millis(Duration.ofMinutes(90)));
                    case LONG -> Map.of("cleanup.policy", "delete", "retention.ms", millis(Duration.ofDays(30)));
                    case COMPACTED ->
                        Map.of(
                                "cleanup.policy", "compact",
                                "delete.retention.ms", millis(Duration.ofDays(1)),
                                "segment.ms", millis(Duration.ofMinutes(10)),
                                "segment.bytes", Integer.toString(16 << 20),
                                "min.cleanable.dirty.ratio", "0.1");
                };
        return Stream.of(largest, kept)
                .flatMap(settings -> settings.entrySet().stream())
                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    private static int partitions(String topic) throws Exception {
        return connection
                .admin()
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get(30, TimeUnit.SECONDS)
                .get(topic)
                .partitions()
                .size();
    }

    /** What is set for this topic, and is not the broker's own. */
    private static Map<String, String> ownSettings(String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return connection
                .admin()
                .describeConfigs(List.of(resource))
                .all()
                .get(30, TimeUnit.SECONDS)
                .get(resource)
                .entries()
                .stream()
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .collect(java.util.stream.Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    @Test
    void every_type_of_record_is_read_back_even_after_the_registry_was_restarted() throws Exception {
        // Given
        long seed = System.nanoTime();
        Map<Topic<?>, List<SpecificRecord>> written = new java.util.LinkedHashMap<>();
        for (var topic : Topics.ALL) {
            written.put(topic, write(topic, seed));
        }
        String known = registry.ask("/subjects/transcripts-value/versions/latest");

        // When
        registry.restart("transcripts-value");

        // Then
        assertThat(registry.ask("/subjects/transcripts-value/versions/latest")).isEqualTo(known);
        try (var other = connect()) {
            for (var topic : Topics.ALL) {
                assertThat(read(other, topic, written.get(topic).size()))
                        .as("%s with seed %d", topic, seed)
                        .containsExactlyInAnyOrderElementsOf(written.get(topic));
            }
        }
        for (var topic : Topics.ALL) {
            assertThat(registry.ask("/subjects")).contains("\"" + topic.name() + "-value\"");
        }
    }

    private static <T extends SpecificRecord> List<SpecificRecord> write(Topic<T> topic, long seed) {
        List<SpecificRecord> written = new ArrayList<>();
        for (var value : new RandomData(SpecificData.get(), topic.schema(), 20, seed, false)) {
            T record = topic.type().cast(value);
            // Text as the classes hold it, and not as it was drawn.
            T same = SpecificData.get().deepCopy(topic.schema(), record);
            publish(topic, "registry~" + written.size(), same);
            written.add(same);
        }
        return written;
    }

    private static <T extends SpecificRecord> void publish(Topic<T> topic, String call, T value) {
        connection
                .publisher(PublishProfile.LIVE)
                .publish(topic, call, value)
                .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static <T extends SpecificRecord> List<SpecificRecord> read(
            KafkaConnection from, Topic<T> topic, int count) {
        var read = new ConcurrentLinkedQueue<SpecificRecord>();
        try (var tail = TopicTail.start(from, topic, TopicTail.From.BEGINNING, received -> {
            if (received.key().startsWith("registry~")) {
                read.add(received.value());
            }
        })) {
            await(topic.name()).atMost(SOON).until(() -> read.size() >= count);
            assertThat(tail.live()).isTrue();
        }
        return List.copyOf(read);
    }

    @Test
    void the_longest_chunk_that_may_be_is_taken() {
        var pcm = ByteBuffer.allocate((int) TopicOptions.DEFAULT.longestChunk().toSeconds() * 16_000);

        publish(
                Topics.UTTERANCE_CHUNKS,
                "largest~1",
                UtteranceChunk.newBuilder()
                        .setCallId("largest~1")
                        .setUtterance(0)
                        .setIndex(0)
                        .setRevision(0)
                        .setStage(ChunkStage.FINAL)
                        .setFirstFrame(0)
                        .setLastFrame(2999)
                        .setFrame(3000)
                        .setAt(1)
                        .setPcm(pcm)
                        .build());
    }

    @Test
    void a_later_field_with_a_default_is_accepted_and_read_by_this_build() throws Exception {
        // Given
        var newer = withField(Topics.CALL_COMMANDS.schema(), "urgent", true);
        var record = new GenericData.Record(newer);
        Map.of("callId", "pbx~1", "id", "c-1", "argument", "Hello", "issuedBy", "console", "frame", 7L, "at", 9L)
                .forEach(record::put);
        record.put("type", new GenericData.EnumSymbol(newer.getField("type").schema(), "SAY"));
        record.put("urgent", true);

        try (var registered = client()) {
            // When
            int id = registered.register("evolving-value", Topics.CALL_COMMANDS.schema());
            int next = registered.register("evolving-value", newer);

            // Then
            assertThat(next).isNotEqualTo(id);
            assertThat(new ObjectMapper()
                            .readTree(registry.ask("/subjects/evolving-value/versions"))
                            .size())
                    .isEqualTo(2);
            var read = new AvroDeserializer<>(registered, CallCommand.class)
                    .deserialize("evolving", inWireFormat(next, record));
            assertThat(read).isNotNull();
            assertThat(read.getArgument()).isEqualTo("Hello");
            assertThat(read.getFrame()).isEqualTo(7);
        }
    }

    @Test
    void a_later_field_without_a_default_is_refused_and_the_error_says_where_and_why() throws Exception {
        var incompatible = withField(Topics.CALL_COMMANDS.schema(), "urgent", false);
        try (var registered = client()) {
            registered.register("guarded-value", Topics.CALL_COMMANDS.schema());

            assertThatThrownBy(() -> registered.register("guarded-value", incompatible))
                    .isInstanceOfSatisfying(SchemaRegistryException.class, refused -> {
                        assertThat(refused.status()).isEqualTo(409);
                        assertThat(refused.retriable()).isFalse();
                    })
                    .hasMessageContainingAll("guarded-value", registry.url(), "no compatible next version");

            assertThat(registered.latest("guarded-value").schema()).isEqualTo(Topics.CALL_COMMANDS.schema());
        }
    }

    private static Schema withField(Schema schema, String name, boolean withDefault) {
        var fields = new ArrayList<Schema.Field>();
        schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        var type = SchemaBuilder.builder().booleanType();
        fields.add(withDefault ? new Schema.Field(name, type, null, false) : new Schema.Field(name, type));
        return Schema.createRecord(schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
    }

    private static byte[] inWireFormat(int id, GenericRecord record) throws Exception {
        var out = new ByteArrayOutputStream();
        out.write(0);
        out.write(ByteBuffer.allocate(4).putInt(id).array());
        var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
        return out.toByteArray();
    }
}
