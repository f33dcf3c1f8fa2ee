package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each service alone, under traffic, while the broker restarts: it stays alive, works again, and all that was accepted is done, once in effect. */
@NeedsDocker("each service against a broker that restarts")
@Timeout(400)
class BrokerRestartTest {
    enum Part {
        GATEWAY(GatewayUnderTraffic::start),
        CHUNKER(ChunkerUnderTraffic::start),
        RECOGNITION(RecognitionUnderTraffic::start),
        AGENT(AgentUnderTraffic::start),
        PLAYER(PlayerUnderTraffic::start);

        private final Function<Map<String, String>, UnderTraffic> start;

        Part(Function<Map<String, String>, UnderTraffic> start) {
            this.start = start;
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_was_accepted_is_done_once(Part part) throws Exception {
        // Given
        var broker = BrokerContainer.shared();
        broker.withoutTopics();
        var settings = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrap(),
                // The registry is not what is tried here.
                "SCHEMA_REGISTRY_URL",
                "mock://broker-restarts",
                "TOPIC_PARTITIONS",
                "3");
        try (var service = part.start.apply(settings)) {
            service.awaitReady();
            service.beginToFeed();
            await(part + " works").atMost(UnderTraffic.SOON).until(() -> service.done() > 5);

            // When
            int fed = service.fed();
            Duration away = broker.restart();

            // Then
            assertThat(service.fed()).as("it was under traffic meanwhile").isGreaterThan(fed);
            service.awaitReady();
            int done = service.done();
            await(part + " works again").atMost(UnderTraffic.SOON).until(() -> service.done() > done);
            service.endFeeding();
            await(part + " has done all")
                    .atMost(UnderTraffic.SOON)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(service::assertAllDoneOnce);
            service.assertLive();
            System.out.printf(
                    Locale.ROOT,
                    "BrokerRestartTest: %s, %.1f s without a broker, %d pieces of work%n",
                    part,
                    away.toMillis() / 1000.0,
                    service.done());
        }
    }
}
