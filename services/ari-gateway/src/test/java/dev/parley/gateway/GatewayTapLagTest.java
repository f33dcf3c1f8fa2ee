package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.line.LineRecording;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snoop keeps what the network brings in a burst, so that it lags from then on; the gateway puts a fresh one in its place. */
class GatewayTapLagTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LOUD = 4_000;

    private final GatewayHarness harness = new GatewayHarness();
    private SimulatedCall call;

    /** A line with noise of its own: each frame is unlike all others, so that it is known again where it arrives. */
    @BeforeEach
    void dial() {
        call = harness.dial();
        call.lineNoise(noise(60, 3_000));
        harness.awaitFrames(call, 5);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void burstAfterBurstTheCallerIsHeardWithinFortyMilliseconds() {
        for (int round = 1; round <= 3; round++) {
            awaitAge();
            double before = swaps();
            call.stallNetwork(Duration.ofMillis(60L + 40 * round));
            awaitSwaps(before + 1);
        }

        int settled = call.frames() + 10;
        harness.awaitFrames(call, harness.audio(call).size() + 60);
        assertThat(median(settled)).isLessThan(40);
        assertThat(call.tapDelays()).allMatch(delay -> delay.toMillis() <= 20);
        GatewayHarness.assertWithoutHole(harness.audio(call));
        assertThat(gaps()).isEmpty();
        assertThat(harness.audio(call).getLast().getTapEpoch()).isGreaterThanOrEqualTo(3);
        await().until(() -> harness.asterisk.liveBridges().size() == 1
                && harness.asterisk.liveChannels().size() == 3);
    }

    @Test
    void whereNoFreshTapCanBeBuiltTheOldOneIsKept() {
        harness.asterisk.faults().failRequests("POST", "/snoop/", 500, 1_000);
        awaitAge();
        call.stallNetwork(Duration.ofMillis(100));
        await().atMost(PATIENCE).until(() -> given("failed") >= 1);
        call.stallNetwork(Duration.ofMillis(200));
        int settled = call.frames() + 15;

        harness.awaitFrames(call, harness.audio(call).size() + 60);

        // Without a fresh tap the lag only grows.
        assertThat(median(settled)).isBetween(180L, 320L);
        GatewayHarness.assertWithoutHole(harness.audio(call));
        assertThat(harness.audio(call)).allMatch(frame -> frame.getTapEpoch() == 0);
        await().until(() -> harness.asterisk.liveBridges().size() == 1
                && harness.asterisk.liveChannels().size() == 3);
        call.hangUp();
        harness.awaitEnded(call);
        harness.awaitNothingLeft();
    }

    @Test
    void aCallerWhoSpeaksIsHeardToTheEndBeforeTheTapIsSwapped() {
        awaitAge();
        call.say(noise(LOUD, 200));
        harness.awaitFrames(call, harness.audio(call).size() + 20);
        double before = swaps();
        call.stallNetwork(Duration.ofMillis(160));

        awaitSwaps(before + 1);

        harness.awaitFrames(call, harness.audio(call).size() + 20);
        assertEverySpokenFrameCame(200);
    }

    @Test
    void whoBeginsToSpeakWhileTheTapsRunBesideEachOtherLosesNothing() {
        awaitAge();
        call.stallNetwork(Duration.ofMillis(300));
        awaitTwoTaps();

        double before = swaps();
        call.say(noise(LOUD, 150));

        awaitSwaps(before + 1);
        harness.awaitFrames(call, harness.audio(call).size() + 20);
        assertEverySpokenFrameCame(150);
    }

    @Test
    void whileTheCallerInterruptsNoTapIsSwapped() {
        awaitAge();
        harness.gateway.speech(speech(SpeechEventType.SUSPECTED));
        harness.awaitFrames(call, harness.audio(call).size() + 5);
        double before = swaps();
        call.stallNetwork(Duration.ofMillis(160));
        harness.awaitFrames(call, harness.audio(call).size() + 100);
        assertThat(swaps()).isEqualTo(before);

        harness.gateway.speech(speech(SpeechEventType.DISMISSED));

        awaitSwaps(before + 1);
    }

    /** Requests take 20 ms each here, so that these instants lie before, between and after all steps of the swap. */
    @ParameterizedTest
    @ValueSource(ints = {0, 30, 60, 90, 400, 650})
    void aCallerWhoHangsUpDuringTheSwapLeavesNothingBehind(int afterMillis) {
        awaitAge();
        harness.asterisk.faults().delayRequests(Duration.ofMillis(20));
        call.stallNetwork(Duration.ofMillis(100));
        awaitTwoTaps();

        LockSupport.parkNanos(Duration.ofMillis(afterMillis).toNanos());
        call.hangUp();

        harness.awaitEnded(call);
        harness.awaitNothingLeft();
        GatewayHarness.assertWithoutHole(harness.audio(call));
        assertThat(harness.audio(call).getLast().getKind()).isEqualTo(FrameKind.END);
    }

    @Test
    void anotherGatewayThatTakesOverDuringTheSwapRemovesBothTaps() {
        awaitAge();
        call.stallNetwork(Duration.ofMillis(100));
        awaitTwoTaps();

        harness.restart();

        await().atMost(PATIENCE)
                .until(() -> harness.audio(call).stream()
                        .anyMatch(frame -> frame.getKind() == FrameKind.FRAME && frame.getTapEpoch() >= 2));
        await().atMost(PATIENCE)
                .until(() -> harness.asterisk.liveBridges().size() == 1
                        && harness.asterisk.liveChannels().size() == 3);
        call.hangUp();
        harness.awaitNothingLeft();
    }

    // ---- What is seen

    /** A tap is not swapped in its first two seconds. */
    private void awaitAge() {
        harness.awaitFrames(call, harness.audio(call).size() + 110);
    }

    private void awaitTwoTaps() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> harness.asterisk.liveChannels().stream()
                                .filter(id -> id.contains("snoop"))
                                .count()
                        == 2);
    }

    private double swaps() {
        return harness.metrics.value(GatewayMeter.TAP_SWAPPED, "reason", "late");
    }

    private double given(String reason) {
        return harness.metrics.value(GatewayMeter.TAP_SWAP_GIVEN_UP, "reason", reason);
    }

    private void awaitSwaps(double count) {
        await().atMost(PATIENCE).until(() -> swaps() >= count);
    }

    private List<AudioFrame> gaps() {
        return harness.audio(call).stream()
                .skip(5)
                .filter(frame -> frame.getKind() == FrameKind.GAP)
                .toList();
    }

    private SpeechEvent speech(SpeechEventType type) {
        return SpeechEvent.newBuilder()
                .setCallId("sim~" + call.channelId())
                .setType(type)
                .setUtterance(1)
                .setFrame(1)
                .setAt(1)
                .setLastVoicedFrame(1)
                .build();
    }

    private long median(int fromFrame) {
        return LineDelay.of(call.sent(), harness.audio(call), fromFrame).median();
    }

    /** In order and without one that is missing, but for what a busy machine made late, which was counted. */
    private void assertEverySpokenFrameCame(int spoken) {
        LineRecording sent = call.sent();
        IntPredicate isLoud = i -> Pcm.levelDb(sent.frame(i)) > -40;
        List<ByteBuffer> said = IntStream.range(0, sent.frames())
                .filter(isLoud)
                .mapToObj(i -> LineDelay.bytes(sent, i))
                .toList();
        assertThat(said).hasSize(spoken);
        List<ByteBuffer> came = harness.audio(call).stream()
                .filter(frame -> frame.getKind() == FrameKind.FRAME)
                .map(AudioFrame::getPcm)
                .filter(said::contains)
                .toList();
        double late = harness.metrics.value(GatewayMeter.FRAMES_DROPPED, "reason", "late");
        assertThat(said).containsSubsequence(came);
        assertThat(came.size() + late).isGreaterThanOrEqualTo(spoken);
        assertThat(came).hasSizeGreaterThan(spoken * 9 / 10);
    }

    private static short[] noise(int amplitude, int frames) {
        Random random = new Random(amplitude);
        short[] samples = new short[frames * Frames.SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (random.nextInt(2 * amplitude + 1) - amplitude);
        }
        return samples;
    }
}
