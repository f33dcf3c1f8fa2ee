package dev.parley.chunker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chunker.ScriptedVoice;
import dev.parley.chunker.SpokenCall;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.chunker.vad.Batch;
import dev.parley.records.EndReason;
import dev.parley.records.FrameKind;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Received;
import dev.parley.runtime.kafka.RecordingPublisher;
import dev.parley.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A caller speaks, and then nothing comes of the call any more. */
class LostCallTest {
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final RecordingPublisher written = new RecordingPublisher();
    private final AtomicBoolean kafkaAnswers = new AtomicBoolean(true);
    private final ListeningPartition partition = speaking();

    private ListeningPartition speaking() {
        Metrics metrics = Metrics.inMemory();
        ListeningPartition listening = new ListeningPartition(
                ListeningSettings.DEFAULTS,
                new Calls(new Batch(new ScriptedVoice()), metrics),
                new Outlet(written, Runnable::run, metrics, CLOCK),
                CLOCK,
                kafkaAnswers::get,
                closed -> {});
        long offset = 0;
        for (var frame : new SpokenCall("asterisk~1").silence(0.5).voice(2).records()) {
            if (frame.getKind() != FrameKind.END) {
                listening.receive(
                        new Received<>(Topics.AUDIO_FRAMES, 0, offset++, Instant.EPOCH, frame.getCallId(), frame));
            }
        }
        return listening;
    }

    @Test
    void whereKafkaIsThereItIsLostAfterHalfAMinute() {
        pass(0, 29);
        assertThat(lost()).isFalse();

        pass(29, 32);

        assertThat(lost()).isTrue();
    }

    @Test
    void whileKafkaIsAwayNoCallIsLost() {
        kafkaAnswers.set(false);
        pass(0, 100);
        kafkaAnswers.set(true);
        pass(100, 129);
        assertThat(lost()).isFalse();

        pass(129, 132);

        assertThat(lost()).isTrue();
    }

    private void pass(int fromSecond, int toSecond) {
        for (int second = fromSecond; second <= toSecond; second++) {
            partition.tick(Instant.EPOCH.plus(Duration.ofSeconds(second)));
        }
    }

    private boolean lost() {
        return written.of(Topics.SPEECH_EVENTS).stream().anyMatch(event -> event.getReason() == EndReason.LOST);
    }
}
