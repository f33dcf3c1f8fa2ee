package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.records.AudioFrame;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.asterisk.SimulatedPhone;
import dev.parley.testkit.kafka.EmbeddedKafka;
import dev.parley.testkit.kafka.EmbeddedSchemaRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service, at a real broker and a simulated Asterisk. */
class GatewayKafkaTest {
    private static final Duration LONG = Duration.ofSeconds(40);
    /** Tests share their processors. */
    private static final Duration SLOW_MACHINE = Duration.ofSeconds(5);

    private final SimulatedAsterisk asterisk = SimulatedAsterisk.start(0, "parley");
    private final Metrics metrics = Metrics.inMemory();
    private final Queue<AudioFrame> frames = new ConcurrentLinkedQueue<>();
    private final Queue<CallEvent> events = new ConcurrentLinkedQueue<>();
    private final EmbeddedSchemaRegistry registry = EmbeddedSchemaRegistry.start();
    private EmbeddedKafka broker;
    private Path folder;
    private Map<String, String> given;
    private Settings settings;
    private KafkaConnection reading;
    private List<TopicTail<?>> tails;

    @BeforeEach
    void start(@TempDir Path scratch) {
        folder = scratch;
        broker = EmbeddedKafka.start(folder);
        given = Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "SCHEMA_REGISTRY_URL",
                registry.url(),
                "ASTERISK_URL",
                asterisk.uri().toString(),
                "ASTERISK_NAME",
                "sim",
                "ARI_PASSWORD",
                SimulatedAsterisk.PASSWORD,
                "PLAYBACK",
                "ari",
                "TOPIC_PARTITIONS",
                "3",
                "FALLBACK_AFTER",
                "0",
                "FRAME_BUFFER_SECONDS",
                "30");
        settings = Settings.from(given);
        reading = KafkaConnection.open(settings, metrics);
        TopicRegistry.ensure(reading.admin(), TopicOptions.DEFAULT.withPartitions(3, 1, 1));
        reading.awaitTopics(() -> true);
        tails = List.of(
                TopicTail.start(reading, Topics.AUDIO_FRAMES, TopicTail.From.BEGINNING, r -> frames.add(r.value())),
                TopicTail.start(reading, Topics.CALL_EVENTS, TopicTail.From.BEGINNING, r -> events.add(r.value())));
    }

    @AfterEach
    void stop() {
        asterisk.close();
        tails.forEach(TopicTail::close);
        reading.close();
        broker.close();
        registry.close();
    }

    /** A gateway with its own connection, as in a process of its own. */
    private final class Process implements AutoCloseable {
        private final KafkaConnection kafka = KafkaConnection.open(settings, metrics);
        private final GatewayService service = new GatewayService(new ServiceContext(settings, metrics, kafka));

        Process() {
            service.start();
            await().atMost(LONG).until(() -> service.notReadyBecause().isEmpty());
        }

        @Override
        public void close() {
            service.close();
            kafka.close();
        }
    }

    /** A gateway in a process that can be killed as the kernel kills. */
    private final class Killable implements AutoCloseable {
        private final java.lang.Process process;

        Killable() throws IOException {
            ProcessBuilder builder = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "dev.parley.gateway.Main"))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("killable.log").toFile());
            builder.environment().putAll(given);
            builder.environment().put("HTTP_PORT", "0");
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            process = builder.start();
            await().atMost(LONG).until(asterisk::isAppConnected);
        }

        void kill() {
            process.destroyForcibly();
        }

        @Override
        public void close() {
            kill();
        }
    }

    @Test
    void aBrokerThatIsAwayForTenSecondsCostsNoFrame() {
        // Given
        try (Process gateway = new Process()) {
            SimulatedCall call = asterisk.dial("+15551234", "100", "en");
            awaitFrames(call, 20);

            // When
            broker.stop();
            await().pollDelay(Duration.ofSeconds(10)).atMost(LONG).until(() -> true);
            assertThat(call.isOver()).isFalse();
            assertThat(gateway.service.notReadyBecause())
                    .hasValueSatisfying(why -> assertThat(why).contains("Kafka"));
            broker.restart();
            call.hangUp();
            await().atMost(LONG).until(() -> types(call).contains(CallEventType.ENDED));
            await().atMost(LONG)
                    .until(() -> !of(call).isEmpty() && of(call).getLast().getKind() == FrameKind.END);

            // Then
            GatewayHarness.assertWithoutHole(of(call));
            assertThat(metrics.value(GatewayMeter.FRAMES_DROPPED, "reason", "buffer-full"))
                    .isZero();
            assertThat(metrics.value(GatewayMeter.FRAMES_DROPPED, "reason", "undelivered"))
                    .isZero();
            assertThat(types(call)).containsExactly(CallEventType.STARTED, CallEventType.ENDED);
        }
    }

    @Test
    void callsGoOnWithTheNextGatewayAndThoseThatEndedMeanwhileGetTheirEnd() {
        // Given
        SimulatedCall stays;
        SimulatedCall goes;
        try (Process first = new Process()) {
            stays = asterisk.dial("+15551234", "100", "en");
            goes = asterisk.dial("+15555678", "100", "en");
            awaitFrames(stays, 30);
            awaitFrames(goes, 30);
        }
        goes.hangUp();

        // When
        try (Process second = new Process()) {
            awaitFrames(stays, of(stays).size() + 50);
            await().atMost(LONG).until(() -> types(goes).contains(CallEventType.ENDED));

            // Then
            List<AudioFrame> goneOn = of(stays);
            GatewayHarness.assertWithoutHole(goneOn);
            assertThat(goneOn.getFirst().getTapEpoch()).isZero();
            assertThat(goneOn.getLast().getTapEpoch()).isEqualTo(1);
            assertThat(goneOn).anyMatch(r -> r.getKind() == FrameKind.GAP && r.getTapEpoch() == 1);
            assertThat(types(stays)).containsExactly(CallEventType.STARTED, CallEventType.RESYNCED);
            long frameZero = started(stays).getStarted().getFrameZeroAt();
            AudioFrame last = goneOn.getLast();
            assertThat((last.getAt() - frameZero) / 20_000 - last.getFrame()).isBetween(-6L, 8L);
            assertThat(of(goes).getLast().getKind()).isEqualTo(FrameKind.END);
            GatewayHarness.assertWithoutHole(of(goes));
            assertThat(types(goes)).containsExactly(CallEventType.STARTED, CallEventType.ENDED);
            stays.hangUp();
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(asterisk.liveChannels()).isEmpty();
                assertThat(asterisk.liveBridges()).isEmpty();
            });
        }
    }

    @Test
    void theOneThatStandsByTakesOverWithinFiveSecondsOfAKillAndNoCallIsLost() throws IOException {
        // Given
        try (Killable active = new Killable();
                Process standby = new Process()) {
            SimulatedCall call = asterisk.dial("+15551234", "100", "en");
            awaitFrames(call, 30);
            assertThat(standby.service.isActive()).isFalse();

            // When
            Instant killed = Instant.now();
            active.kill();

            // Then
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() ->
                            of(call).stream().anyMatch(r -> r.getKind() == FrameKind.FRAME && r.getTapEpoch() == 1));
            assertThat(Duration.between(killed, Instant.now()))
                    .isLessThan(Duration.ofSeconds(5).plus(SLOW_MACHINE));
            GatewayHarness.assertWithoutHole(of(call));
            // A record of another topic, and another producer: it may be read later.
            await().atMost(LONG).until(() -> types(call).contains(CallEventType.RESYNCED));
            assertThat(types(call)).containsExactly(CallEventType.STARTED, CallEventType.RESYNCED);
            assertThat(last(call, CallEventType.RESYNCED).getReason()).startsWith("adopted: keys and holds of frames ");
            assertThat(call.isOver()).isFalse();
            call.hangUp();
            await().atMost(LONG).until(() -> types(call).contains(CallEventType.ENDED));
        }
    }

    @Test
    void aLeaderThatAsteriskHasLeftForAnotherLetsGoWithoutEndingACall() {
        // Given a leader that does not know that it was deposed
        try (Process deposed = new Process()) {
            SimulatedCall call = asterisk.dial("+15551234", "100", "en");
            awaitFrames(call, 30);

            // When another client takes the application
            Settings elsewhere = settings.with(Map.of("ASTERISK_NAME", "other"));
            try (KafkaConnection kafka = KafkaConnection.open(elsewhere, metrics);
                    GatewayService other = new GatewayService(new ServiceContext(elsewhere, metrics, kafka))) {
                other.start();
                await().atMost(LONG).until(() -> !deposed.service.isActive());

                // Then
                assertThat(call.isOver()).isFalse();
                assertThat(types(call)).doesNotContain(CallEventType.ENDED);
            }

            // And when the other one is gone, it is the active one again
            await().atMost(LONG).until(deposed.service::isActive);
            await().atMost(LONG).until(() -> types(call).contains(CallEventType.RESYNCED));
            call.hangUp();
            await().atMost(LONG).until(() -> types(call).contains(CallEventType.ENDED));
        }
    }

    @Test
    void anIdleCallDoesNotLiveLongerForItsGatewaysRestart() {
        // Given
        settings = settings.with(Map.of("CALL_INACTIVITY_TIMEOUT", "10", "CHANNEL_MONITOR_INTERVAL", "3"));
        SimulatedCall call;
        try (Process first = new Process()) {
            call = asterisk.dial("+15551234", "100", "en");
            awaitFrames(call, 250);
        }

        // When
        try (Process second = new Process()) {
            await().atMost(LONG).until(() -> types(call).contains(CallEventType.ENDED));

            // Then
            CallEvent ended = last(call, CallEventType.ENDED);
            assertThat(ended.getReason()).isEqualTo("inactivity");
            assertThat(Duration.ofNanos((ended.getAt() - started(call).getAt()) * 1_000))
                    .isBetween(Duration.ofSeconds(10), Duration.ofMillis(13_500));
        }
    }

    @Test
    void theNextGatewayKnowsHoldTransferAndWhichCommandsWereDone() {
        // Given one call on hold, one that talks with Ann, one for which Bob's phone rings
        SimulatedPhone ann = asterisk.addPhone("PJSIP/ann").answersAfter(Duration.ofMillis(100));
        SimulatedPhone bob = asterisk.addPhone("PJSIP/bob");
        SimulatedCall held;
        SimulatedCall talks;
        SimulatedCall rings;
        try (Process first = new Process()) {
            held = asterisk.dial("+15551111", "100", "en");
            talks = asterisk.dial("+15552222", "100", "en");
            rings = asterisk.dial("+15553333", "100", "en");
            awaitFrames(rings, 30);
            held.hold();
            send(talks, CallCommandType.TRANSFER, "ann", "t1");
            send(rings, CallCommandType.TRANSFER, "bob", "t2");
            send(held, CallCommandType.SEND_DIGITS, "7", "d1");
            await().atMost(LONG).until(() -> talks.isConnected() && bob.isRinging());
            await().atMost(LONG).until(() -> types(held).contains(CallEventType.HELD));
            await().atMost(LONG).until(() -> types(held).contains(CallEventType.COMMANDED));
            await().atMost(LONG).until(() -> types(talks).contains(CallEventType.TRANSFERRED));
        }

        // When
        try (Process second = new Process()) {
            for (SimulatedCall call : List.of(held, talks, rings)) {
                await().atMost(LONG).until(() -> types(call).contains(CallEventType.RESYNCED));
            }
            bob.pickUp();
            await().atMost(LONG).until(rings::isConnected);
            ann.call().orElseThrow().hangUp();
            await().atMost(LONG).until(() -> types(talks).contains(CallEventType.ENDED));
            held.unhold();
            await().atMost(LONG).until(() -> types(held).contains(CallEventType.UNHELD));

            // Then
            long back = last(held, CallEventType.UNHELD).getFrame();
            long resynced = last(held, CallEventType.RESYNCED).getFrame();
            await().atMost(LONG)
                    .until(() ->
                            of(held).stream().anyMatch(r -> r.getKind() == FrameKind.FRAME && r.getFrame() > back));
            assertThat(of(held))
                    .filteredOn(r -> r.getFrame() > resynced && r.getLastFrame() < back)
                    .noneMatch(r -> r.getKind() == FrameKind.FRAME);
            GatewayHarness.assertWithoutHole(of(held));
            assertThat(last(talks, CallEventType.ENDED).getReason()).isEqualTo("transferred");
            assertThat(held.digitsReceived()).isEqualTo("7");
            assertThat(ann.timesCalled() + bob.timesCalled()).isEqualTo(2);
            List.of(held, rings).forEach(SimulatedCall::hangUp);
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(asterisk.liveChannels()).isEmpty();
                assertThat(asterisk.liveBridges()).isEmpty();
            });
        }
    }

    private void send(SimulatedCall call, CallCommandType type, String argument, String id) {
        reading.publisher(PublishProfile.LIVE)
                .publish(
                        Topics.CALL_COMMANDS,
                        "sim~" + call.channelId(),
                        GatewayCommandTest.command(call, type, argument, id))
                .join();
    }

    private CallEvent last(SimulatedCall call, CallEventType type) {
        return events.stream()
                .filter(event -> event.getCallId().equals("sim~" + call.channelId()) && event.getType() == type)
                .reduce((_, second) -> second)
                .orElseThrow();
    }

    private void awaitFrames(SimulatedCall call, int count) {
        await().atMost(LONG).until(() -> of(call).size() >= count);
    }

    private List<AudioFrame> of(SimulatedCall call) {
        return frames.stream()
                .filter(frame -> frame.getCallId().equals("sim~" + call.channelId()))
                .toList();
    }

    private List<CallEventType> types(SimulatedCall call) {
        return events.stream()
                .filter(event -> event.getCallId().equals("sim~" + call.channelId()))
                .map(CallEvent::getType)
                .toList();
    }

    private CallEvent started(SimulatedCall call) {
        return events.stream()
                .filter(event -> event.getCallId().equals("sim~" + call.channelId()))
                .findFirst()
                .orElseThrow();
    }
}
