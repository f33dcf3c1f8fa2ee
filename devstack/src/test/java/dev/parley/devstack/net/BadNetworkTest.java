package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testkit.net.FaultProxy;
import dev.parley.testkit.net.Faults;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Recognition over a network that delays, cuts, and lets connections overtake each other. {@code SEED=…} in the environment repeats a run, {@code PARLEY_LONG_TESTS=1}
 * makes it a long one.
 */
@NeedsDocker("recognition over a network that delays, cuts and reorders")
@Timeout(400)
class BadNetworkTest {
    private static final Faults BAD = new Faults(Duration.ofMillis(20), Duration.ofMillis(400));
    private static final int CUTS = System.getenv("PARLEY_LONG_TESTS") == null ? 12 : 120;

    @Test
    void every_chunk_has_one_transcript_in_effect() throws Exception {
        // Given
        long seed = System.getenv("SEED") == null ? System.nanoTime() : Long.parseLong(System.getenv("SEED"));
        var broker = BrokerContainer.shared();
        broker.withoutTopics();
        var settings = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:" + broker.proxyPort(),
                "SCHEMA_REGISTRY_URL",
                "mock://bad-network",
                "TOPIC_PARTITIONS",
                "3");
        try (var proxy = FaultProxy.start(broker.proxyPort(), broker.behindProxy(), seed);
                var recognition = RecognitionUnderTraffic.start(settings)) {
            recognition.awaitReady();
            recognition.beginToFeed();
            await("it works").atMost(UnderTraffic.SOON).until(() -> recognition.done() > 5);

            // When
            proxy.faults(BAD);
            int done = recognition.done();
            await("the network is bad")
                    .atMost(UnderTraffic.SOON.multipliedBy(3))
                    .until(() -> proxy.cut() >= CUTS && recognition.done() > done);
            recognition.endFeeding();
            proxy.faults(Faults.NONE);

            // Then
            await("SEED=" + seed)
                    .atMost(UnderTraffic.SOON)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(recognition::assertAllDoneOnce);
            recognition.assertLive();
            recognition.awaitReady();
            System.out.printf(
                    "BadNetworkTest: SEED=%d, %d connections, %d cut, %d chunks%n",
                    seed, proxy.accepted(), proxy.cut(), recognition.done());
            assertThat(recognition.done()).isEqualTo(recognition.fed());
        }
    }
}
