package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.testkit.line.LineRecording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ManyCallsTest {
    @Test
    void twentyCallsAtOnceCostASmallPartOfATick() {
        try (SimulatedLab lab = new SimulatedLab()) {
            // Given twenty calls that are tapped, speak and are spoken to
            String media = lab.media(100, 100);
            List<SimulatedCall> calls = new ArrayList<>();
            List<AriTestClient.Socket> taps = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                SimulatedCall call = lab.call();
                calls.add(call);
                taps.add(lab.tap(call, "-" + i, "slin"));
                call.say(Steps.staircase(500, 100));
                lab.play(call, "p" + i, media);
            }

            // When they last a while
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> lab.asterisk.livePlaybacks().isEmpty());

            // Then each was told all, and a tick costs a small part of its 20 ms
            for (SimulatedCall call : calls) {
                assertThat(Lab.heard(call)).hasSize(100);
            }
            assertThat(taps).allSatisfy(tap -> assertThat(tap.binaries).hasSizeGreaterThan(90));
            assertThat(lab.asterisk.cpuPerTick()).isLessThan(Duration.ofMillis(5));
        }
    }

    @Test
    void severalAsterisksLiveSideBySide() {
        try (SimulatedLab one = new SimulatedLab();
                SimulatedLab two = new SimulatedLab()) {
            SimulatedCall first = one.call();
            SimulatedCall second = two.call();

            one.play(first, "p", one.media(100, 5));

            one.awaitFinished("p");
            assertThat(Lab.heard(first)).hasSize(5);
            assertThat(Lab.heard(second)).isEmpty();
        }
    }

    @Test
    void frameTimesDoNotDrift() {
        try (SimulatedLab lab = new SimulatedLab()) {
            SimulatedCall call = lab.call();
            Lab.pass(call, 200);

            LineRecording line = call.received();
            assertThat(leastLateness(line, 100, 200)).isCloseTo(leastLateness(line, 0, 100), Offset.offset(10.0));
        }
    }

    /** How many milliseconds the most punctual of these frames is behind a line that began with frame 0. */
    private static double leastLateness(LineRecording line, int from, int to) {
        return IntStream.range(from, to)
                .mapToDouble(i -> (line.atMicros()[i] - line.atMicros()[0]) / 1_000.0 - 20 * i)
                .min()
                .orElseThrow();
    }
}
