package dev.parley.testkit.asterisk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testkit.line.LineRecording;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract of {@link PlaybackContract} on the simulated Asterisk, and what only that one can be made to do. */
class PlaybackTest extends PlaybackContract {
    @Override
    Lab newLab() {
        return new SimulatedLab();
    }

    /** Asterisk 22: "PlaybackFinished comes 18 ms after the last packet." */
    @Test
    void finishedComesShortlyAfterTheLastPacket() {
        // When a few prompts are played, since a busy machine may send a packet late
        List<Duration> gaps = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d")) {
            lab.play(call, id, lab.media(100, 3));
            lab.awaitFinished(id);
            LineRecording line = call.received();
            Instant lastPacket = line.at(line.lastPresent(line.frames()));
            String finished = lab.events.events("PlaybackFinished").getLast().getString("timestamp");
            gaps.add(Duration.between(lastPacket, Instant.parse(finished.replace("+0000", "Z"))));
        }

        // Then the packet that was most in time was sent 18 ms before, and none came after
        assertThat(Collections.max(gaps)).isGreaterThanOrEqualTo(Duration.ofMillis(16));
        assertThat(Collections.min(gaps)).isGreaterThanOrEqualTo(Duration.ofMillis(-1));
    }
}
