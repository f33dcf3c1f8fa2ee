package dev.parley.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.schemas.AvroSerializer;
import dev.parley.schemas.SchemaRegistry;
import dev.parley.schemas.SchemaRegistryException;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedSchemaRegistryTest {
    @TempDir
    Path folder;

    @Test
    void everySchemaOfParleyCanBeRegisteredAndReadBack() {
        try (EmbeddedSchemaRegistry server = EmbeddedSchemaRegistry.start();
                SchemaRegistry writer = client(server);
                SchemaRegistry reader = client(server)) {
            for (Topic<?> topic : Topics.ALL) {
                String subject = topic.name() + "-value";

                int id = writer.register(subject, topic.schema());

                assertThat(reader.byId(id)).isEqualTo(topic.schema());
                assertThat(reader.idOf(subject, topic.schema())).isEqualTo(id);
                assertThat(reader.latest(subject)).isEqualTo(new SchemaRegistry.Registered(id, 1, topic.schema()));
            }
        }
    }

    @Test
    void schemasAndLevelsSurviveARestart() throws Exception {
        Path file = folder.resolve("schemas.json");
        Schema schema = Topics.REPLIES.schema();
        int id;
        int port;
        try (EmbeddedSchemaRegistry server = EmbeddedSchemaRegistry.start(file, 0);
                SchemaRegistry client = client(server)) {
            client.register("other", Topics.TRANSCRIPTS.schema());
            id = client.register("s", schema);
            port = server.port();
        }

        try (EmbeddedSchemaRegistry server = EmbeddedSchemaRegistry.start(file, port);
                SchemaRegistry client = client(server)) {
            assertThat(client.byId(id)).isEqualTo(schema);
            assertThat(client.idOf("s", schema)).isEqualTo(id);
            assertThat(client.register("new", Topics.BARGE_IN.schema())).isEqualTo(3);
        }
    }

    @Test
    void anIncompatibleSchemaIsRefusedWithAdvice() {
        try (EmbeddedSchemaRegistry server = EmbeddedSchemaRegistry.start();
                SchemaRegistry client = client(server)) {
            client.register("call.commands-value", Topics.REPLIES.schema());
            AvroSerializer<CallCommand> serializer = new AvroSerializer<>(client);
            CallCommand command = new CallCommand("pbx~1", "c", CallCommandType.SAY, "", "console", 0L, 0L);

            assertThatThrownBy(() -> serializer.serialize("call.commands", command))
                    .isInstanceOfSatisfying(
                            SchemaRegistryException.class,
                            e -> assertThat(e.status()).isEqualTo(409))
                    .hasMessageContainingAll(
                            server.url(), "call.commands-value", "409", "incompatible", "another program");
        }
    }

    @Test
    void withoutAutomaticRegistrationAnUnknownSubjectIsNamed() {
        try (EmbeddedSchemaRegistry server = EmbeddedSchemaRegistry.start();
                SchemaRegistry client = client(server)) {
            AvroSerializer<CallCommand> serializer =
                    new AvroSerializer<>(client, Map.of("auto.register.schemas", "false"));
            CallCommand command = new CallCommand("pbx~1", "c", CallCommandType.SAY, "", "console", 0L, 0L);

            assertThatThrownBy(() -> serializer.serialize("call.commands", command))
                    .hasMessageContainingAll("call.commands-value", "40401", "must be registered before");
        }
    }

    @Test
    void theLevelsMeanWhatConfluentsMean() {
        Schema one = new Schema.Parser().parse(record(""));
        Schema withDefault =
                new Schema.Parser().parse(record(",{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}"));
        Schema withoutDefault = new Schema.Parser().parse(record(",{\"name\":\"b\",\"type\":\"string\"}"));

        assertThat(Compatibility.BACKWARD.problems(withDefault, List.of(one))).isEmpty();
        assertThat(Compatibility.BACKWARD.problems(withoutDefault, List.of(one)))
                .isNotEmpty();
        assertThat(Compatibility.FORWARD.problems(withoutDefault, List.of(one))).isEmpty();
        assertThat(Compatibility.FORWARD.problems(one, List.of(withoutDefault))).isNotEmpty();
        assertThat(Compatibility.FULL.problems(withDefault, List.of(one))).isEmpty();
        assertThat(Compatibility.FULL.problems(withoutDefault, List.of(one))).isNotEmpty();
        assertThat(Compatibility.BACKWARD.problems(withoutDefault, List.of(one, withDefault)))
                .isEmpty();
        assertThat(Compatibility.BACKWARD_TRANSITIVE.problems(withoutDefault, List.of(one, withDefault)))
                .isNotEmpty();
        assertThat(Compatibility.NONE.problems(withoutDefault, List.of(one))).isEmpty();
    }

    private static String record(String more) {
        return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}" + more + "]}";
    }

    private static SchemaRegistry client(EmbeddedSchemaRegistry server) {
        return SchemaRegistry.connect(Map.of("schema.registry.url", server.url(), "max.retries", 0));
    }
}
