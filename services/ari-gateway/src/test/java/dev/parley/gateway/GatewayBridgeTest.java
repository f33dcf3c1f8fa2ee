package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.ari.AriClient;
import dev.parley.ari.AriServer;
import dev.parley.ari.Bridge;
import dev.parley.audio.Sound;
import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEventType;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyKind;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.schemas.CallBridge;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.AriRequest;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.asterisk.SimulatedPhone;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller who hears the bot in a bridge (PLAYBACK_TARGET=bridge), which an interruption may rebuild (BARGE_IN_MODE=hard). */
class GatewayBridgeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HELD_SOUND = "/media/" + "0".repeat(32) + "-held-1-" + "0".repeat(32) + ".wav";

    private final Vertx vertx = Vertx.vertx();
    private GatewayHarness harness = GatewayHarness.playingTo(PlaybackTarget.REBUILT_BRIDGE);

    @AfterEach
    void close() {
        harness.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @EnumSource(
            value = PlaybackTarget.class,
            names = {"BRIDGE", "REBUILT_BRIDGE"})
    void theCallerIsInTheBridgeWhenTheCallIsAnnouncedAndTheBridgeGoesWithTheCall(PlaybackTarget target) {
        // Given
        harness.close();
        harness = GatewayHarness.playingTo(target);
        harness.asterisk.faults().failRequests("POST", "/addChannel", 500, 1);

        // When
        SimulatedCall call = talking();

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridgeOf(call)).isEqualTo(bridge(call, 0)));
        play(call, bridge(call, 0), 0, "long");
        awaitType(call, 0, PlaybackEventType.STARTED);
        call.hangUp();
        harness.awaitEnded(call);
        harness.awaitNothingLeft();
    }

    @Test
    void anInterruptionRebuildsTheBridgeOnceAndOthersCallsStayAsTheyAre() {
        SimulatedCall other = talking();
        SimulatedCall call = talking();
        for (int i = 1; i <= 4; i++) { // Asterisk tells of every second end.
            // Given
            String before = bridge(call, i == 1 ? 0 : 100 * (i - 1));
            play(call, before, i, "long");
            awaitType(call, i, PlaybackEventType.STARTED);

            // When
            harness.gateway.bargeIn(view(call, 100 * i));
            harness.gateway.bargeIn(view(call, 100 * i));
            harness.gateway.bargeIn(view(call, 50));

            // Then
            String after = bridge(call, 100 * i);
            await().atMost(PATIENCE)
                    .until(() -> bridgeOf(call).equals(after) && !bridges().contains(before));
            awaitType(call, i, PlaybackEventType.FINISHED);
            int ended = i;
            assertThat(events(call, ended))
                    .extracting(PlaybackEvent::getType)
                    .containsExactly(PlaybackEventType.STARTED, PlaybackEventType.FINISHED);
            assertThat(events(call, ended).getLast().getReason()).isEqualTo(CallBridge.LEFT);
            assertThat(requests("POST", "/bridges/" + after)).hasSize(1);
        }
        assertThat(bridgeOf(other)).isEqualTo(bridge(other, 0));
        call.hangUp();
        other.hangUp();
        harness.awaitNothingLeft();
    }

    @Test
    void softModeKeepsTheBridge() {
        harness.close();
        harness = GatewayHarness.playingTo(PlaybackTarget.BRIDGE);
        SimulatedCall call = talking();

        harness.gateway.bargeIn(view(call, 100));

        harness.awaitFrames(call, 60);
        assertThat(bridgeOf(call)).isEqualTo(bridge(call, 0));
    }

    @Test
    void whatMayNotBeCutShortIsHeardToItsEndFirst() {
        // Given
        harness.asterisk.installSound(HELD_SOUND, new Sound(8_000, tone(1_500)));
        SimulatedCall call = talking();
        play(call, bridge(call, 0), 1, HELD_SOUND);
        awaitType(call, 1, PlaybackEventType.STARTED);

        // When
        harness.gateway.bargeIn(view(call, 100));

        // Then
        awaitType(call, 1, PlaybackEventType.FINISHED);
        assertThat(events(call, 1).getLast().getReason()).isNull();
        await().atMost(PATIENCE).until(() -> bridgeOf(call).equals(bridge(call, 100)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100})
    void aGatewayThatTakesOverKeepsTheBridgeOrBuildsTheOneThatThePlayersKnow(long raisedMeanwhile) {
        // Given
        SimulatedCall call = talking();
        play(call, bridge(call, 0), 1, "long");
        awaitType(call, 1, PlaybackEventType.STARTED);

        // When
        harness.restart();
        harness.gateway.bargeIn(view(call, raisedMeanwhile));

        // Then
        await().atMost(PATIENCE).until(() -> bridgeOf(call).equals(bridge(call, raisedMeanwhile)));
        if (raisedMeanwhile == 0) {
            harness.awaitFrames(call, 100);
            assertThat(harness.asterisk.livePlaybacks()).hasSize(1);
            assertThat(requests("POST", "/bridges/" + bridge(call, 0))).hasSize(1);
        }
        call.hangUp();
        harness.awaitNothingLeft();
    }

    @Test
    void aTransferHasTheCallerAndGivesHimBack() {
        // Given
        SimulatedPhone ann = harness.asterisk.addPhone("PJSIP/ann");
        SimulatedCall call = talking();

        // When
        harness.gateway.command(GatewayCommandTest.command(call, CallCommandType.TRANSFER, "ann", "t"));
        await().atMost(PATIENCE).until(ann::isRinging);
        await().atMost(PATIENCE).until(() -> bridgeOf(call).isEmpty());
        harness.gateway.bargeIn(view(call, 100)); // The agent voids what it was saying.
        await().atMost(PATIENCE).until(() -> harness.eventTypes(call).contains(CallEventType.UNHELD));

        // Then
        await().atMost(PATIENCE).until(() -> bridgeOf(call).equals(bridge(call, 100)));
        call.hangUp();
        harness.awaitNothingLeft();
    }

    @Test
    void aTransferThatIsAnsweredIsNotDisturbed() {
        // Given
        harness.asterisk.addPhone("PJSIP/ann").answersAfter(Duration.ofMillis(100));
        SimulatedCall call = talking();

        // When
        harness.gateway.command(GatewayCommandTest.command(call, CallCommandType.TRANSFER, "ann", "t"));
        await().atMost(PATIENCE).until(() -> harness.eventTypes(call).contains(CallEventType.TRANSFERRED));
        harness.gateway.bargeIn(view(call, 100));
        harness.awaitFrames(call, 60);

        // Then
        assertThat(bridgeOf(call)).startsWith("parley-talk-");
        call.hangUp();
        harness.awaitNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 10, 20, 50, 100})
    void whoHangsUpAtAnyMomentLeavesNothing(int afterMillis) {
        harness.asterisk.faults().delayRequests(Duration.ofMillis(10));
        SimulatedCall call = harness.dial();

        await().pollDelay(Duration.ofMillis(afterMillis)).until(() -> true);
        harness.gateway.bargeIn(view(call, 100));
        call.hangUp();

        await().atMost(PATIENCE).until(() -> call.isOver());
        harness.awaitNothingLeft();
    }

    // ----

    private SimulatedCall talking() {
        harness.asterisk.installSound("long", new Sound(8_000, tone(60_000)));
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 3);
        return call;
    }

    private static String bridge(SimulatedCall call, long voidBefore) {
        return new CallBridge(call.channelId(), voidBefore).id();
    }

    /** The bridge that the caller is in. */
    private String bridgeOf(SimulatedCall call) {
        return ari().bridges().list().toCompletionStage().toCompletableFuture().join().result().orElseThrow().stream()
                .filter(bridge -> bridge.channelIds().contains(call.channelId()))
                .map(Bridge::id)
                .findFirst()
                .orElse("");
    }

    private List<String> bridges() {
        return harness.asterisk.liveBridges();
    }

    private List<AriRequest> requests(String method, String path) {
        return harness.asterisk.requests().stream()
                .filter(request ->
                        request.method().equals(method) && request.path().endsWith(path))
                .toList();
    }

    private AriClient ari() {
        return new AriClient(
                vertx,
                new AriServer(harness.asterisk.uri(), SimulatedAsterisk.USER, SimulatedAsterisk.PASSWORD, "parley"),
                Duration.ofSeconds(5));
    }

    private void play(SimulatedCall call, String bridge, int n, String sound) {
        int status = ari().bridges()
                .play(bridge, id(call, n), List.of("sound:" + sound))
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .status();
        assertThat(status).isEqualTo(201);
    }

    private static String id(SimulatedCall call, int n) {
        return new PlaybackId(ReplyKind.ANSWER, "sim~" + call.channelId(), 5, 0, 0, 0, n).toString();
    }

    private List<PlaybackEvent> events(SimulatedCall call, int n) {
        return harness.control.of(Topics.PLAYBACK_EVENTS).stream()
                .filter(event -> event.getPlaybackId().equals(id(call, n)))
                .toList();
    }

    private void awaitType(SimulatedCall call, int n, PlaybackEventType type) {
        await().atMost(PATIENCE).until(() -> events(call, n).stream().anyMatch(event -> event.getType() == type));
    }

    private static BargeIn view(SimulatedCall call, long voidBefore) {
        return BargeIn.newBuilder()
                .setCallId("sim~" + call.channelId())
                .setWriter(BargeInWriter.CHUNKER)
                .setVoidBefore(voidBefore)
                .setFrame(voidBefore)
                .setAt(0)
                .build();
    }

    private static short[] tone(int millis) {
        short[] samples = new short[millis * 8];
        Arrays.fill(samples, (short) 4_000);
        return samples;
    }
}
