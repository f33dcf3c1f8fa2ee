package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.ari.AriClient;
import dev.parley.ari.AriServer;
import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import dev.parley.gateway.domain.InactivityRules;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallCommand;
import dev.parley.records.CallCommandType;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Playbacks, and calls that are ended from this side. */
class GatewayInactivityTest {
    private static final Duration TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final InactivityRules HASTY =
            new InactivityRules(TIMEOUT, INTERVAL, Duration.ofSeconds(5), Duration.ofSeconds(60));

    private final Vertx vertx = Vertx.vertx();
    private GatewayHarness harness = new GatewayHarness(HASTY, Duration.ofHours(1));

    @AfterEach
    void close() {
        harness.close();
        vertx.close();
    }

    @Test
    void anIdleCallIsWarnedAboutToldGoodbyeAndHungUpInTime() {
        // When
        SimulatedCall call = harness.dial();
        harness.awaitEnded(call);

        // Then
        assertThat(harness.eventTypes(call))
                .containsExactly(CallEventType.STARTED, CallEventType.IDLE_WARNING, CallEventType.ENDED);
        CallEvent ended = harness.events(call).getLast();
        assertThat(ended.getReason()).isEqualTo("inactivity");
        assertEndedInTime(call, harness.events(call).getFirst().getAt(), ended.getAt());
        assertThat(harness.control.of(Topics.CALL_COMMANDS)).singleElement().satisfies(command -> {
            assertThat(command.getType()).isEqualTo(CallCommandType.SAY);
            assertThat(command.getArgument()).contains("Good-bye");
        });
        harness.awaitNothingLeft();
    }

    @Test
    void aDigitAndTheEndOfSpeechBeginItAnewAndAPromptDoesNot() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 40);

        // When
        play(call, ReplyKind.PROMPT, 600);
        harness.awaitFrames(call, 50);
        call.press("1");
        await().until(() -> harness.eventTypes(call).contains(CallEventType.DIGIT));
        long frame = harness.audio(call).getLast().getFrame() + 20;
        await().until(() -> harness.audio(call).getLast().getFrame() > frame);
        harness.gateway.speech(endOfTurn(call, frame));
        // Who waits for the bot is not idle: it has nothing to say to this.
        harness.gateway.agentRests("sim~" + call.channelId(), ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        harness.awaitEnded(call);

        // Then
        long frameZero = harness.events(call).getFirst().getStarted().getFrameZeroAt();
        assertEndedInTime(
                call,
                frameZero + frame * Frames.MICROS,
                harness.events(call).getLast().getAt());
    }

    @Test
    void anAnswerIsMarkedAsHeardAndCountsUntilItsEnd() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 5);

        // When
        String playbackId = play(call, ReplyKind.ANSWER, 1_000);
        harness.awaitEnded(call);

        // Then
        List<PlaybackEvent> events = harness.control.of(Topics.PLAYBACK_EVENTS);
        assertThat(events)
                .extracting(PlaybackEvent::getType)
                .containsExactly(PlaybackEventType.STARTED, PlaybackEventType.FINISHED);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getPlaybackId()).isEqualTo(playbackId);
            assertThat(event.getSeenBy()).isEqualTo("ari-gateway");
        });
        List<AudioFrame> marked =
                harness.audio(call).stream().filter(r -> r.getHeard() != null).toList();
        assertThat(marked).allSatisfy(r -> assertThat(r.getHeard().getKind()).isEqualTo(ReplyKind.ANSWER));
        assertThat(marked.getFirst().getFrame())
                .isBetween(events.getFirst().getFrame(), events.getFirst().getFrame() + 1);
        assertThat(marked.getLast().getFrame() - events.getLast().getFrame()).isBetween(-1L, 0L);
        assertEndedInTime(
                call, events.getLast().getAt(), harness.events(call).getLast().getAt());
    }

    @Test
    void aHangUpCommandIsDoneHoweverOftenItIsRead() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 5);

        // When
        harness.gateway.command(hangUp(call));
        harness.gateway.command(hangUp(call));
        harness.awaitEnded(call);
        harness.gateway.command(hangUp(call));

        // Then
        assertThat(harness.eventTypes(call))
                .containsExactly(CallEventType.STARTED, CallEventType.COMMANDED, CallEventType.ENDED);
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("command");
        assertThat(call.isOver()).isTrue();
        harness.awaitNothingLeft();
    }

    @Test
    void aCallEndsAtItsGreatestLength() {
        // Given
        harness.close();
        harness = new GatewayHarness(GatewayHarness.PATIENT, Duration.ofSeconds(1));

        // When
        SimulatedCall call = harness.dial();
        harness.awaitEnded(call);

        // Then
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("max-call-seconds");
        assertThat(harness.audio(call).getLast().getFrame()).isBetween(48L, 75L);
    }

    private void assertEndedInTime(SimulatedCall call, long lastActive, long endedAt) {
        assertThat(call.isOver()).isTrue();
        assertThat(Duration.ofNanos((endedAt - lastActive) * 1_000))
                .isBetween(TIMEOUT, TIMEOUT.plus(INTERVAL).plusMillis(50));
    }

    private String play(SimulatedCall call, ReplyKind kind, int millis) {
        harness.asterisk.installSound("tone", new Sound(8_000, new short[millis * 8]));
        String id = new PlaybackId(kind, "sim~" + call.channelId(), 3, 0, 0, 0, 0).toString();
        AriClient client = new AriClient(
                vertx,
                new AriServer(harness.asterisk.uri(), SimulatedAsterisk.USER, SimulatedAsterisk.PASSWORD, "parley"),
                Duration.ofSeconds(5));
        assertThat(client.playbacks()
                        .play(call.channelId(), id, List.of("sound:tone"))
                        .await()
                        .status())
                .isEqualTo(201);
        return id;
    }

    private static SpeechEvent endOfTurn(SimulatedCall call, long lastVoiced) {
        return SpeechEvent.newBuilder()
                .setCallId("sim~" + call.channelId())
                .setType(SpeechEventType.END_OF_TURN)
                .setUtterance(lastVoiced - 10)
                .setFrame(lastVoiced)
                .setAt(0)
                .setLastVoicedFrame(lastVoiced)
                .build();
    }

    private static CallCommand hangUp(SimulatedCall call) {
        return CallCommand.newBuilder()
                .setCallId("sim~" + call.channelId())
                .setId("one")
                .setType(CallCommandType.HANG_UP)
                .setIssuedBy("test")
                .setFrame(0)
                .setAt(0)
                .build();
    }
}
