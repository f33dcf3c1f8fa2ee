package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.ari.AriServer;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.RecordingPublisher;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people read when something is wrong, and what becomes of frames when Kafka is away for too long. */
class GatewayBadInputTest {
    private final RecordingPublisher frames = new RecordingPublisher();
    private final RecordingPublisher control = new RecordingPublisher();
    private final Metrics metrics = Metrics.inMemory();

    @Test
    void noAsteriskNamesTheSettingAndIsTriedAgainUntilItIsThere() {
        // Given
        int port;
        try (SimulatedAsterisk gone = SimulatedAsterisk.start(0, "parley")) {
            port = gone.port();
        }
        try (Gateway gateway = gateway(URI.create("http://127.0.0.1:" + port), "parley", Duration.ofSeconds(30))) {
            gateway.start();
            await().untilAsserted(() -> assertThat(gateway.notReadyBecause())
                    .hasValueSatisfying(
                            why -> assertThat(why).contains("ASTERISK_URL").contains("http://127.0.0.1:" + port)));

            // When
            try (SimulatedAsterisk asterisk = SimulatedAsterisk.start(port, "parley")) {
                // Then
                await().until(() -> gateway.notReadyBecause().isEmpty() && asterisk.isAppConnected());
                SimulatedCall call = asterisk.dial("1", "2", "en");
                await().until(() -> !frames.of(Topics.AUDIO_FRAMES).isEmpty());
                assertThat(call.isAnswered()).isTrue();
            }
        }
    }

    @Test
    void aWrongPasswordNamesUserAndPassword() {
        try (SimulatedAsterisk asterisk = SimulatedAsterisk.start(0, "parley");
                Gateway gateway = gateway(asterisk.uri(), "wrong", Duration.ofSeconds(30))) {
            gateway.start();
            await().untilAsserted(() -> assertThat(gateway.notReadyBecause())
                    .hasValueSatisfying(why -> assertThat(why)
                            .contains("ARI_USERNAME")
                            .contains("ARI_PASSWORD")
                            .doesNotContain("'wrong'")));
        }
    }

    @Test
    void settingsThatCannotBeAreNamed() {
        Settings settings = Settings.from(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "ASTERISK_URL", "pbx:8088", "ARI_PASSWORD", "x"));
        assertThatThrownBy(() -> GatewayConfig.from(settings))
                .isInstanceOf(BadSettings.class)
                .hasMessageContaining("ASTERISK_URL");
    }

    @Test
    void whatTheBufferCannotHoldIsCountedAndBecomesAGapWhenKafkaIsBack() {
        try (SimulatedAsterisk asterisk = SimulatedAsterisk.start(0, "parley");
                Gateway gateway = gateway(asterisk.uri(), "parley", Duration.ofSeconds(1))) {
            // Given a Kafka that takes a second's worth of frames and acknowledges none
            gateway.start();
            await().until(() -> gateway.notReadyBecause().isEmpty());
            asterisk.dial("1", "2", "en");
            await().until(() -> frames.of(Topics.AUDIO_FRAMES).size() > 10);
            frames.hold();

            // When
            await().until(() -> metrics.value(GatewayMeter.FRAMES_DROPPED, "reason", "buffer-full") >= 20);
            frames.release();
            int before = frames.of(Topics.AUDIO_FRAMES).size();
            await().until(() -> frames.of(Topics.AUDIO_FRAMES).size() > before + 10);

            // Then
            List<AudioFrame> records = frames.of(Topics.AUDIO_FRAMES);
            GatewayHarness.assertWithoutHole(records);
            assertThat(records).anyMatch(r -> r.getKind() == FrameKind.GAP && r.getLastFrame() - r.getFrame() >= 19);
        }
    }

    private Gateway gateway(URI url, String password, Duration frameBuffer) {
        return new Gateway(
                new GatewayConfig(
                        new AriServer(url, SimulatedAsterisk.USER, password, "parley"),
                        GatewayHarness.rules(),
                        frameBuffer,
                        Duration.ofSeconds(2)),
                frames,
                control,
                CallHistory.NONE,
                metrics,
                () -> {});
    }
}
