package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Sound;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.testkit.asterisk.AriRequest;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.asterisk.SimulatedPhone;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When nobody behind the gateway answers: no caller sits in silence. */
class GatewayFallbackTest {
    private static final Duration AFTER = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(20);

    private GatewayHarness harness = gateway(Optional.empty(), true);

    @AfterEach
    void close() {
        harness.close();
    }

    private static GatewayHarness gateway(Optional<String> extension, boolean greets) {
        GatewayHarness harness = new GatewayHarness(
                GatewayHarness.PATIENT, Duration.ofHours(1), 0, new FallbackRules(AFTER, "sorry", extension, greets));
        for (String sound : List.of("sorry", "pls-hold-while-try", "vm-goodbye")) {
            harness.asterisk.installSound(sound, new Sound(8_000, new short[800]));
        }
        return harness;
    }

    @Test
    void aCallerWhomNobodyGreetsHearsAnApologyAndThenGoodbye() {
        // When
        SimulatedCall call = harness.dial();
        harness.awaitEnded(call, LONG);

        // Then
        assertThat(played()).containsExactly("sound:sorry", "sound:vm-goodbye");
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("fallback");
        assertThat(harness.metrics.value(GatewayMeter.FALLBACK, "what", "sound"))
                .isEqualTo(1);
        harness.awaitNothingLeft();
    }

    @Test
    void whoHasSpokenInVainIsConnectedWithTheFallbackExtension() {
        // Given
        harness.close();
        harness = gateway(Optional.of("help"), false);
        SimulatedPhone help = harness.asterisk.addPhone("PJSIP/help").answersAfter(Duration.ofMillis(100));
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 100);
        assertThat(played()).as("nobody has said anything").isEmpty();

        // When
        call.say(noise(1_000));
        await().atMost(LONG).until(call::isConnected);

        // Then
        assertThat(played()).containsExactly("sound:sorry", "sound:pls-hold-while-try");
        assertThat(help.timesCalled()).isEqualTo(1);
        help.call().orElseThrow().hangUp();
        harness.awaitEnded(call);
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("transferred");
        harness.awaitNothingLeft();
    }

    @Test
    void aFallbackExtensionThatIsBusyLeavesAGoodbye() {
        // Given
        harness.close();
        harness = gateway(Optional.of("help"), true);
        harness.asterisk.addPhone("PJSIP/help").isBusy();

        // When
        SimulatedCall call = harness.dial();
        harness.awaitEnded(call, LONG);

        // Then
        assertThat(played()).containsExactly("sound:sorry", "sound:pls-hold-while-try", "sound:vm-goodbye");
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("fallback");
        harness.awaitNothingLeft();
    }

    @Test
    void noiseOnTheLineIsNoQuestionWhileThePipelineListensAndHearsNoVoice() {
        // Given
        harness.close();
        harness = gateway(Optional.empty(), false);
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 10);

        // When
        call.say(noise(1_000));
        for (int second = 0; second < 4; second++) {
            harness.gateway.listens("sim~" + call.channelId());
            harness.awaitFrames(call, 60 + second * 50);
        }

        // Then
        assertThat(played()).isEmpty();
    }

    @Test
    void whatTheAgentHasDealtWithIsNotWaitedFor() {
        // Given
        harness.close();
        harness = gateway(Optional.empty(), false);
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 50);
        String callId = "sim~" + call.channelId();

        // When somebody coughs, and the agent knows
        harness.gateway.speech(spoke(callId, 40));
        harness.gateway.agentRests(callId, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        harness.awaitFrames(call, 150);
        assertThat(played()).isEmpty();

        // And then says something that nobody deals with
        harness.gateway.speech(spoke(callId, 148));

        // Then
        await().atMost(LONG).untilAsserted(() -> assertThat(played()).startsWith("sound:sorry"));
    }

    @Test
    void aGatewayThatTakesACallOverDoesNotTakeItsCallerForOneWhoWaits() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 20);

        // When
        harness.restart();
        harness.awaitFrames(call, harness.audio(call).size() + 150);

        // Then
        assertThat(harness.metrics.value(GatewayMeter.CALLS_ADOPTED)).isEqualTo(1);
        assertThat(played()).isEmpty();
    }

    @Test
    void oneCallMoreThanMayBeIsRefusedAsBusy() throws InterruptedException {
        // Given
        harness.close();
        harness = new GatewayHarness(GatewayHarness.PATIENT, Duration.ofHours(1), 1, FallbackRules.NONE);
        SimulatedCall first = harness.dial();
        harness.awaitFrames(first, 5);

        // When
        SimulatedCall second = harness.dial();

        // Then
        assertThat(second.awaitEnd(LONG)).isTrue();
        assertThat(second.cause()).isEqualTo(17);
        assertThat(second.isAnswered()).isFalse();
        assertThat(harness.events(second)).extracting(CallEvent::getType).doesNotContain(CallEventType.STARTED);
        assertThat(harness.metrics.value(GatewayMeter.CALLS_REFUSED, "reason", "max-calls"))
                .isEqualTo(1);
        assertThat(first.isOver()).isFalse();

        // And when there is room again
        first.hangUp();
        harness.awaitEnded(first);
        harness.awaitFrames(harness.dial(), 5);
    }

    private List<String> played() {
        return harness.asterisk.requests().stream()
                .filter(request -> request.path().contains("/play/parley-local-"))
                .map(AriRequest::parameters)
                .map(parameters -> parameters.get("media").replaceAll("[\\[\\]\"]", ""))
                .toList();
    }

    private static SpeechEvent spoke(String callId, long frame) {
        return SpeechEvent.newBuilder()
                .setCallId(callId)
                .setType(SpeechEventType.SPEECH_STARTED)
                .setUtterance(frame)
                .setFrame(frame)
                .setAt(0)
                .setLastVoicedFrame(frame)
                .build();
    }

    private static short[] noise(int millis) {
        Random random = new Random(7);
        short[] samples = new short[millis * 8];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (random.nextGaussian() * 3_000);
        }
        return samples;
    }
}
