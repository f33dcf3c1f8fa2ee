package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.records.AudioFrame;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.testkit.asterisk.SimulatedCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong while a call is set up leaves nothing behind. */
class GatewaySetupTest {
    private final GatewayHarness harness = new GatewayHarness();

    @AfterEach
    void close() {
        harness.close();
    }

    /** Requests take 20 ms each here, so that these instants lie before, between and after all steps of the set-up. */
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 30, 50, 70, 90, 110, 150})
    void aCallerWhoHangsUpDuringSetupLeavesNothingBehind(int afterMillis) {
        // Given
        harness.asterisk.faults().delayRequests(Duration.ofMillis(20));
        SimulatedCall call = harness.dial();

        // When
        LockSupport.parkNanos(Duration.ofMillis(afterMillis).toNanos());
        call.hangUp();

        // Then
        await().pollDelay(Duration.ofMillis(300)).untilAsserted(() -> {
            assertThat(harness.asterisk.liveChannels()).isEmpty();
            assertThat(harness.asterisk.liveBridges()).isEmpty();
        });
        List<CallEventType> events = harness.eventTypes(call);
        if (events.isEmpty()) {
            assertThat(harness.audio(call)).isEmpty();
        } else {
            assertThat(events).containsExactly(CallEventType.STARTED, CallEventType.ENDED);
            GatewayHarness.assertWithoutHole(harness.audio(call));
            assertThat(harness.audio(call).getLast().getKind()).isEqualTo(FrameKind.END);
        }
    }

    @ParameterizedTest
    @CsvSource({"POST,/snoop/", "POST,/externalMedia", "POST,/bridges/", "POST,/addChannel"})
    void aStepThatFailsOnceIsTriedAgainWithANewTap(String method, String path) {
        // Given
        harness.asterisk.faults().failRequests(method, path, 500, 1);

        // When
        SimulatedCall call = harness.dial();
        await().until(() -> harness.audio(call).stream().anyMatch(r -> r.getKind() == FrameKind.FRAME));

        // Then
        GatewayHarness.assertWithoutHole(harness.audio(call));
        assertThat(harness.audio(call).getLast().getTapEpoch()).isEqualTo(1);
        assertThat(harness.asterisk.liveBridges()).hasSize(1);
        call.hangUp();
        harness.awaitNothingLeft();
    }

    @Test
    void aCallThatCannotBeTappedIsEndedNotKeptDeaf() {
        // Given
        harness.asterisk.faults().failRequests("POST", "/snoop/", 500, 1000);

        // When
        SimulatedCall call = harness.dial();

        // Then
        await().atMost(Duration.ofSeconds(15))
                .until(() -> harness.eventTypes(call).contains(CallEventType.ENDED));
        assertThat(harness.events(call).getLast().getReason()).isEqualTo("tap-failed");
        harness.awaitNothingLeft();
    }

    @Test
    void aTapThatGivesNoFramesIsReplaced() {
        // Given
        harness.asterisk.faults().silentTaps(1);

        // When
        SimulatedCall call = harness.dial();
        await().until(() -> harness.audio(call).stream().anyMatch(r -> r.getKind() == FrameKind.FRAME));

        // Then
        GatewayHarness.assertWithoutHole(harness.audio(call));
        assertThat(harness.metrics.value(GatewayMeter.TAP_REBUILT, "reason", "silent"))
                .isEqualTo(1);
        assertThat(harness.asterisk.liveBridges()).hasSize(1);
    }

    @Test
    void aCallThatCannotBeAnsweredIsNotKnownToAnyone() {
        // Given
        harness.asterisk.faults().failRequests("POST", "/answer", 500, 1000);

        // When
        SimulatedCall call = harness.dial();

        // Then
        harness.awaitNothingLeft();
        assertThat(harness.events(call)).isEmpty();
        assertThat(harness.audio(call)).isEmpty();
    }

    @Test
    void eventsThatWereLostAreMadeUpForAfterReconnecting() {
        // Given
        SimulatedCall gone = harness.dial();
        SimulatedCall stays = harness.dial();
        harness.awaitFrames(gone, 10);
        harness.awaitFrames(stays, 10);

        // When
        harness.asterisk.faults().loseEvents("StasisEnd", 10);
        harness.asterisk.faults().loseEvents("ChannelDestroyed", 10);
        harness.asterisk.faults().loseEvents("ChannelHangupRequest", 10);
        gone.hangUp();
        harness.asterisk.cutEvents();
        harness.awaitEnded(gone);
        await().until(() -> harness.eventTypes(stays).contains(CallEventType.RESYNCED));

        // Then
        assertThat(harness.events(gone).getLast().getReason()).isEqualTo("lost");
        assertThat(harness.events(stays))
                .filteredOn(event -> event.getType() == CallEventType.RESYNCED)
                .singleElement()
                .satisfies(event -> assertThat(event.getReason())
                        .matches("reconnected: keys and holds of frames \\d+ to \\d+ may be missing"));
        List<AudioFrame> before = harness.audio(stays);
        harness.awaitFrames(stays, before.size() + 10);
        GatewayHarness.assertWithoutHole(harness.audio(stays));
        stays.hangUp();
        harness.awaitNothingLeft();
    }
}
