package dev.parley.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.schemas.AvroDeserializer;
import dev.parley.schemas.AvroSerializer;
import dev.parley.schemas.SchemaRegistry;
import dev.parley.schemas.SchemaRegistryException;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import dev.parley.schemas.UnusableRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real registry that others have written, Apicurio 3, through its Confluent API. {@code PARLEY_APICURIO} names the folder where
 * {@code io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all} was unpacked.
 */
@Timeout(120)
@EnabledIfEnvironmentVariable(
        named = "PARLEY_APICURIO",
        matches = ".+",
        disabledReason = "set PARLEY_APICURIO to the folder of an unpacked Apicurio registry (with quarkus-run.jar)")
class ApicurioTest {
    @TempDir
    static Path folder;

    private static Process apicurio;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-jar",
                Path.of(System.getenv("PARLEY_APICURIO"), "quarkus-run.jar").toString());
        builder.environment().put("QUARKUS_HTTP_HOST", "127.0.0.1");
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(freePort()));
        apicurio = builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("apicurio.log").toFile())
                .start();
        url = "http://127.0.0.1:" + port + "/apis/ccompat/v7";
        try (HttpClient http = HttpClient.newHttpClient()) {
            // It takes anything after anything until it is told not to.
            HttpRequest backward = HttpRequest.newBuilder(URI.create(url + "/config"))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
                    .build();
            await().atMost(Duration.ofSeconds(100))
                    .pollInterval(Duration.ofMillis(250))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> http.send(backward, BodyHandlers.ofString()).statusCode() == 200);
        }
    }

    @AfterAll
    static void stop() {
        apicurio.destroyForcibly();
    }

    @Test
    void takesEverySchemaOfParleyAndGivesItBack() {
        try (SchemaRegistry writer = client();
                SchemaRegistry reader = client()) {
            for (Topic<?> topic : Topics.ALL) {
                String subject = topic.name() + "-value";

                int id = writer.register(subject, topic.schema());

                assertThat(reader.byId(id)).isEqualTo(topic.schema());
                assertThat(reader.idOf(subject, topic.schema())).isEqualTo(id);
                assertThat(reader.latest(subject).id()).isEqualTo(id);
            }
        }
    }

    @Test
    void carriesRecordsFromWriterToReader() {
        CallCommand command = new CallCommand("pbx~1", "c-1", CallCommandType.SAY, "Добрый день", "console", 300L, 5L);
        try (SchemaRegistry writer = client();
                SchemaRegistry reader = client()) {
            byte[] bytes = new AvroSerializer<CallCommand>(writer).serialize("apicurio.commands", command);

            assertThat(new AvroDeserializer<>(reader, CallCommand.class).deserialize("apicurio.commands", bytes))
                    .isEqualTo(command);
        }
    }

    @Test
    void refusesWhatIsIncompatibleAndKnowsNoSchemaThatWasNotRegistered() {
        try (SchemaRegistry registry = client()) {
            registry.register("mixed-value", Topics.CALL_COMMANDS.schema());

            assertThatThrownBy(() -> registry.register("mixed-value", Topics.REPLIES.schema()))
                    .isInstanceOfSatisfying(
                            SchemaRegistryException.class,
                            e -> assertThat(e.status()).isEqualTo(409));
            assertThatThrownBy(() -> registry.idOf("nobody-value", Topics.REPLIES.schema()))
                    .isInstanceOfSatisfying(
                            SchemaRegistryException.class,
                            e -> assertThat(e.status()).isEqualTo(404));
            assertThatThrownBy(() -> new AvroDeserializer<>(registry, CallCommand.class)
                            .deserialize("call.commands", new byte[] {0, 0, 15, 66, 63, 1}))
                    .isInstanceOfSatisfying(
                            UnusableRecord.class,
                            e -> assertThat(e.reason()).isEqualTo(UnusableRecord.Reason.UNKNOWN_SCHEMA));
        }
    }

    private static SchemaRegistry client() {
        return SchemaRegistry.connect(Map.of("schema.registry.url", url));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
