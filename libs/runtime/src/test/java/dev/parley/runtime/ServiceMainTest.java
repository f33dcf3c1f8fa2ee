package dev.parley.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.runtime.config.Setting;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceMainTest {
    private static EmbeddedKafka broker;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final List<String> journal = new CopyOnWriteArrayList<>();
    private volatile boolean live = true;
    private volatile Optional<String> notReady = Optional.empty();

    @BeforeAll
    static void startBroker(@TempDir Path folder) {
        broker = EmbeddedKafka.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void settings_that_cannot_be_are_told_to_people_and_end_with_78() {
        // When
        int code = main(Map.of("VAD_SILENCE_TIMEOUT", "long", "CHUNK_OVERLAP", "1"))
                .runUntilStopped(service());

        // Then
        assertThat(code).isEqualTo(78);
        assertThat(told()).isEqualTo("""
                        some-service cannot start. 2 settings are wrong:
                          VAD_SILENCE_TIMEOUT=long is no number (seconds, 0.2 to 10)
                          CHUNK_OVERLAP is no setting; did you mean CHUNK_OVERLAP_MS?
                        """);
    }

    @Test
    void a_missing_secret_ends_with_78_before_anything_is_waited_for() {
        // When
        int code = main(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1")).runUntilStopped(context -> {
            context.settings().require(Setting.ARI_PASSWORD);
            throw new AssertionError("not reached");
        });

        // Then
        assertThat(code).isEqualTo(78);
        assertThat(told())
                .isEqualTo(
                        "some-service cannot start. A setting is wrong: ARI_PASSWORD is not set: The password of ARI_USERNAME.\n");
    }

    @Test
    void without_kafka_it_says_what_it_could_not_reach_and_ends_with_69() {
        // When
        int code = main(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", "localhost:1",
                        "KAFKA_DEFAULT_API_TIMEOUT_MS", "1000",
                        "KAFKA_REQUEST_TIMEOUT_MS", "500",
                        "START_PATIENCE", "0"))
                .runUntilStopped(service());

        // Then
        assertThat(code).isEqualTo(69);
        assertThat(told())
                .startsWith("some-service cannot run. Kafka does not answer at localhost:1 (KAFKA_BOOTSTRAP_SERVERS)")
                .contains("Gave up after 0 s (START_PATIENCE).");
        assertThat(journal).containsExactly("made", "closed");
    }

    @Test
    void an_address_of_kafka_that_nobody_knows_ends_with_69() {
        // When
        int code = main(Map.of("KAFKA_BOOTSTRAP_SERVERS", "no.such.host.invalid:9092"))
                .runUntilStopped(service());

        // Then
        assertThat(code).isEqualTo(69);
        assertThat(told())
                .isEqualTo(
                        "some-service cannot run. No address of Kafka can be resolved: no.such.host.invalid:9092 (KAFKA_BOOTSTRAP_SERVERS).\n");
    }

    @Test
    void a_port_that_is_taken_ends_with_69() throws IOException {
        try (var taken = new ServerSocket(0)) {
            // When
            int code = main(Map.of("HTTP_PORT", Integer.toString(taken.getLocalPort())))
                    .runUntilStopped(service());

            // Then
            assertThat(code).isEqualTo(69);
            assertThat(told())
                    .startsWith(
                            "some-service cannot run. Port " + taken.getLocalPort() + " (HTTP_PORT) cannot be opened");
        }
    }

    @Test
    void while_it_runs_it_answers_for_its_health_and_when_asked_it_ends_in_good_order() throws Exception {
        // Given
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var main = main(Map.of("HTTP_PORT", Integer.toString(port)));
        var code = CompletableFuture.supplyAsync(() -> main.runUntilStopped(service()));
        await().atMost(30, TimeUnit.SECONDS).until(() -> journal.contains("started"));

        // When, Then
        await().untilAsserted(() -> assertThat(get(port, "/readyz")).isEqualTo("200 ok\n"));
        assertThat(get(port, "/livez")).isEqualTo("200 ok\n");
        assertThat(get(port, "/metrics")).startsWith("200 # HELP").contains("jvm_memory_used_bytes");
        notReady = Optional.of("no Asterisk at http://pbx");
        assertThat(get(port, "/readyz")).isEqualTo("503 no Asterisk at http://pbx\n");

        // When
        main.stop();

        // Then
        assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(journal).containsExactly("made", "started", "closed");
        assertThat(told()).isEmpty();
    }

    @Test
    void a_service_that_is_not_live_any_more_is_ended_with_1() throws Exception {
        // Given
        var code = CompletableFuture.supplyAsync(() -> main(Map.of()).runUntilStopped(service()));
        await().atMost(30, TimeUnit.SECONDS).until(() -> journal.contains("started"));

        // When
        live = false;

        // Then
        assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(journal).containsExactly("made", "started", "closed");
    }

    private ServiceMain main(Map<String, String> settings) {
        var environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "SCHEMA_REGISTRY_URL", "mock://service-main",
                "TOPIC_PARTITIONS", "2",
                "HTTP_PORT", "0"));
        environment.putAll(settings);
        return new ServiceMain("some-service", environment, new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    private String told() {
        return output.toString(StandardCharsets.UTF_8);
    }

    private static String get(int port, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    private Function<ServiceContext, Service> service() {
        return context -> {
            journal.add("made");
            return new Service() {
                @Override
                public void start() {
                    journal.add("started");
                }

                @Override
                public boolean live() {
                    return live;
                }

                @Override
                public Optional<String> notReadyBecause() {
                    return notReady;
                }

                @Override
                public void close() {
                    journal.add("closed");
                }
            };
        };
    }
}
