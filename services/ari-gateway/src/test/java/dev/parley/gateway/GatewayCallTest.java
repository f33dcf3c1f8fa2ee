package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Frames;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.testkit.asterisk.SimulatedCall;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole calls, from the simulated Asterisk to the records. */
class GatewayCallTest {
    private final GatewayHarness harness = new GatewayHarness();

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void aCallBecomesStartedFramesWithoutHoleAndOneEnd() {
        // Given
        SimulatedCall call = harness.dial();
        short[] ramp = new short[50 * Frames.SAMPLES];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (short) (1000 + i);
        }
        harness.awaitFrames(call, 5);

        // When
        call.say(ramp);
        harness.awaitFrames(call, 80);
        call.hangUp();
        harness.awaitEnded(call);

        // Then
        List<AudioFrame> records = harness.audio(call);
        GatewayHarness.assertWithoutHole(records);
        assertThat(records.getLast().getKind()).isEqualTo(FrameKind.END);
        assertThat(records).filteredOn(r -> r.getKind() == FrameKind.END).hasSize(1);
        assertHeard(ramp, records);
        assertThat(harness.eventTypes(call)).containsExactly(CallEventType.STARTED, CallEventType.ENDED);
        CallEvent started = harness.events(call).getFirst();
        assertThat(started.getStarted().getCaller()).isEqualTo("+15551234");
        assertThat(started.getStarted().getCalled()).isEqualTo("100");
        assertThat(started.getStarted().getLanguage()).isEqualTo("en");
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("caller-hung-up");
        harness.awaitNothingLeft();
    }

    @Test
    void framesAreNumberedByTheClock() {
        // Given
        SimulatedCall call = harness.dial();

        // When
        harness.awaitFrames(call, 100);

        // Then
        long frameZero = harness.events(call).getFirst().getStarted().getFrameZeroAt();
        assertThat(harness.audio(call))
                .allSatisfy(record -> assertThat((record.getAt() - frameZero) / Frames.MICROS - record.getFrame())
                        .isBetween(-6L, 8L));
    }

    @Test
    void aCallIsKeptWhileAsteriskCannotBeReachedAndHeardAgainAfterwards() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 20);

        // When
        harness.network.sever();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> harness.metrics
                                .counter(GatewayMeter.TAP_REBUILT, "reason", "unreachable")
                                .count()
                        >= 6);
        harness.network.mend();

        // Then
        int before = harness.audio(call).size();
        await().atMost(Duration.ofSeconds(20)).until(() -> harness.audio(call).size() > before + 50);
        await().until(() -> harness.eventTypes(call).contains(CallEventType.RESYNCED));
        assertThat(harness.eventTypes(call)).doesNotContain(CallEventType.ENDED);
        GatewayHarness.assertWithoutHole(harness.audio(call));
        call.hangUp();
        harness.awaitEnded(call);
        harness.awaitNothingLeft();
    }

    @Test
    void aDigitIsAnEventAndGoesWithAFrame() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 5);

        // When
        call.press("5");
        await().until(() -> harness.eventTypes(call).contains(CallEventType.DIGIT));
        harness.awaitFrames(call, harness.audio(call).size() + 3);

        // Then
        assertThat(harness.audio(call))
                .filteredOn(r -> r.getDigit() != null)
                .singleElement()
                .satisfies(r -> assertThat(r.getDigit()).isEqualTo("5"));
    }

    @Test
    void nothingIsListenedToOnHoldAndTheClockGoesOn() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 10);

        // When
        call.hold();
        await().until(() -> harness.audio(call).stream()
                        .filter(r -> r.getKind() == FrameKind.HOLD)
                        .mapToLong(r -> r.getLastFrame() - r.getFrame() + 1)
                        .sum()
                >= 20);
        call.unhold();
        await().until(() -> harness.eventTypes(call).contains(CallEventType.UNHELD));
        harness.awaitFrames(call, harness.audio(call).size() + 10);

        // Then
        List<AudioFrame> records = harness.audio(call);
        GatewayHarness.assertWithoutHole(records);
        assertThat(harness.eventTypes(call))
                .containsExactly(CallEventType.STARTED, CallEventType.HELD, CallEventType.UNHELD);
        assertThat(records.getLast().getKind()).isEqualTo(FrameKind.FRAME);
    }

    @Test
    void aStallBecomesAGapAndWhatComesLateIsDropped() {
        // Given
        SimulatedCall call = harness.dial();
        harness.awaitFrames(call, 20);

        // When
        call.stallMedia(Duration.ofMillis(400));
        await().until(() -> harness.audio(call).stream().skip(20).anyMatch(r -> r.getKind() == FrameKind.GAP));
        harness.awaitFrames(call, harness.audio(call).size() + 40);

        // Then
        List<AudioFrame> records = harness.audio(call);
        GatewayHarness.assertWithoutHole(records);
        long missing = records.stream()
                .skip(20)
                .filter(r -> r.getKind() == FrameKind.GAP)
                .mapToLong(r -> r.getLastFrame() - r.getFrame() + 1)
                .sum();
        assertThat(missing).isBetween(12L, 18L);
        double late = harness.metrics.value(GatewayMeter.FRAMES_DROPPED, "reason", "late");
        assertThat(late).isBetween((double) missing - 3, (double) missing + 3);
    }

    @Test
    void twoCallsDoNotMeet() {
        // Given
        SimulatedCall first = harness.dial();
        SimulatedCall second = harness.dial();
        short[] ones = new short[10 * Frames.SAMPLES];
        Arrays.fill(ones, (short) 1111);
        harness.awaitFrames(first, 5);
        harness.awaitFrames(second, 5);

        // When
        first.say(ones);
        harness.awaitFrames(first, 40);
        first.hangUp();
        harness.awaitEnded(first);

        // Then
        int after = harness.audio(second).size();
        harness.awaitFrames(second, after + 10);
        assertHeard(ones, harness.audio(first));
        assertThat(samples(harness.audio(second))).containsOnly((short) 0);
        assertThat(harness.eventTypes(second)).containsExactly(CallEventType.STARTED);
    }

    /** What was said came over, frame by frame in order; whatever a busy machine made late was counted. */
    private void assertHeard(short[] said, List<AudioFrame> records) {
        short[] heard = samples(records);
        int next = 0;
        int came = 0;
        for (int i = 0; i < heard.length; i += Frames.SAMPLES) {
            short[] frame = Arrays.copyOfRange(heard, i, i + Frames.SAMPLES);
            for (int j = next; frame[0] != 0 && j < said.length; j += Frames.SAMPLES) {
                if (Arrays.equals(frame, Arrays.copyOfRange(said, j, j + Frames.SAMPLES))) {
                    came++;
                    next = j + Frames.SAMPLES;
                    break;
                }
            }
        }
        double late = harness.metrics.value(GatewayMeter.FRAMES_DROPPED, "reason", "late");
        assertThat(came + late).isGreaterThanOrEqualTo(said.length / (double) Frames.SAMPLES);
        assertThat(came).isGreaterThan(said.length / Frames.SAMPLES / 2);
    }

    static short[] samples(List<AudioFrame> records) {
        List<AudioFrame> audio =
                records.stream().filter(r -> r.getKind() == FrameKind.FRAME).toList();
        short[] all = new short[audio.size() * Frames.SAMPLES];
        for (int i = 0; i < audio.size(); i++) {
            ShortBuffer frame = audio.get(i)
                    .getPcm()
                    .duplicate()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer();
            frame.get(all, i * Frames.SAMPLES, Frames.SAMPLES);
        }
        return all;
    }
}
