package dev.parley.agent.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.Topics;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TakeoverTest {
    @Test
    void recordsAreTakenInTheOrderOfTheirFramesAlsoWhereTheirInstantsRunBackwards() {
        // Given the end of an utterance before a gap in the audio, and the beginning of the next, with an earlier
        // instant
        Takeover takeover = new Takeover(Instant.EPOCH);
        takeover.hold(speech(1, SpeechEventType.SPEECH_STARTED, 3751, 3767, 74_728));
        takeover.hold(speech(0, SpeechEventType.END_OF_TURN, 3167, 3509, 76_434));

        // When they are taken, then the utterance ends before the next begins, and is not taken for one that never ends
        assertThat(takeover.inOrder()).extracting(Received::offset).containsExactly(0L, 1L);
    }

    private static Received<SpeechEvent> speech(
            long offset, SpeechEventType type, long utterance, long frame, long at) {
        SpeechEvent event = SpeechEvent.newBuilder()
                .setCallId("sim~1")
                .setType(type)
                .setUtterance(utterance)
                .setFrame(frame)
                .setAt(at)
                .setLastVoicedFrame(frame)
                .build();
        return new Received<>(Topics.SPEECH_EVENTS, 0, offset, Instant.EPOCH, "sim~1", event);
    }
}
