package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Sound;
import dev.parley.devstack.scale.ChunkQueue;
import dev.parley.devstack.scale.WorkerProcess;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.testkit.kafka.EmbeddedKafka;
import dev.parley.testkit.kafka.EmbeddedSchemaRegistry;
import dev.parley.testkit.net.FaultProxy;
import dev.parley.testkit.net.Faults;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Recognition over a network that delays, cuts, and lets connections overtake each other. {@code SEED=…} in the environment repeats a run. */
@Timeout(240)
@EnabledIfEnvironmentVariable(
        named = "PARLEY_LONG_TESTS",
        matches = ".+",
        disabledReason = "takes a minute, more on a busy machine: set PARLEY_LONG_TESTS=1")
class BadNetworkTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Faults BAD = new Faults(Duration.ofMillis(20), Duration.ofMillis(700));

    @Test
    void every_utterance_has_one_transcript_in_effect(@TempDir Path folder) throws Exception {
        long seed = System.getenv("SEED") == null ? System.nanoTime() : Long.parseLong(System.getenv("SEED"));
        System.out.println("BadNetworkTest: SEED=" + seed);
        int port = freePort();
        try (var kafka = EmbeddedKafka.start(folder, Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port));
                var proxy = FaultProxy.start(port, address(kafka), seed);
                var registry = EmbeddedSchemaRegistry.start()) {
            var environment =
                    Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + port, "SCHEMA_REGISTRY_URL", registry.url());
            try (var connection = KafkaConnection.open(Settings.from(environment), Metrics.inMemory())) {
                // Given
                TopicRegistry.ensure(connection.admin(), TopicOptions.DEFAULT.withPartitions(2, 1, 1));
                connection.awaitTopics(() -> true);
                try (var queue = new ChunkQueue(connection);
                        var one = new WorkerProcess(environment, Duration.ofMillis(100), hash -> {});
                        var two = new WorkerProcess(environment, Duration.ofMillis(100), hash -> {})) {
                    one.awaitReady(SOON);
                    two.awaitReady(SOON);
                    proxy.faults(BAD);

                    // When
                    List<String> calls =
                            IntStream.range(0, 40).mapToObj(i -> "bad~" + i).toList();
                    var random = new Random(seed);
                    for (var call : calls) {
                        queue.put(call, noise(random));
                    }
                    boolean all = queue.await(calls, SOON);
                    proxy.faults(Faults.NONE);

                    // Then
                    System.out.printf("%d connections, %d cut%n", proxy.accepted(), proxy.cut());
                    assertThat(all).as("SEED=%d", seed).isTrue();
                    assertThat(proxy.cut()).isPositive();
                    for (var call : calls) {
                        assertThat(queue.of(call))
                                .extracting(arrival -> arrival.transcript().getText())
                                .containsOnly(
                                        queue.of(call).getFirst().transcript().getText());
                    }
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static InetSocketAddress address(EmbeddedKafka kafka) {
        var parts = kafka.bootstrapServers().split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    private static Sound noise(Random random) {
        var samples = new short[8000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) random.nextInt(-2000, 2000);
        }
        return Sound.ofLine(samples);
    }
}
