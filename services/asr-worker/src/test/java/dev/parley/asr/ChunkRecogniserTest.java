package dev.parley.asr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.asr.domain.Supersessions;
import dev.parley.asr.domain.Triage;
import dev.parley.records.ChunkStage;
import dev.parley.records.TranscriptStatus;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.Metrics;
import dev.parley.speech.Recognition;
import dev.parley.speech.Recognition.TimedWord;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChunkRecogniserTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:01Z");

    private final Metrics metrics = Metrics.inMemory();

    @Test
    void theTranscriptSaysWhatWasSaidWhenAndHowLongItTook() {
        var engine = FixedCostEngine.answering(speech -> new Recognition(
                "yes please",
                List.of(new TimedWord("yes", 0, 45), new TimedWord("please", 50, 900)),
                OptionalDouble.of(0.9)));

        var result = recogniser(engine).process(chunk(), 1);

        var transcript = result.transcript();
        assertThat(result.failure()).isEmpty();
        assertThat(transcript.getStatus()).isEqualTo(TranscriptStatus.RECOGNISED);
        assertThat(transcript.getText()).isEqualTo("yes please");
        assertThat(transcript.getConfidence()).isEqualTo(0.9f);
        assertThat(transcript.getWords().get(0).getLastFrame()).isEqualTo(102);
        assertThat(transcript.getWords().get(1).getFirstFrame()).isEqualTo(102);
        assertThat(transcript.getWords().get(1).getLastFrame())
                .as("not beyond the chunk")
                .isEqualTo(104);
        assertThat(transcript.getWaitedMicros()).isEqualTo(250_000);
        assertThat(transcript.getEngine()).isEqualTo("fixed");
        assertThat(transcript.getCallId()).isEqualTo("a~1");
        assertThat(transcript.getStage()).isEqualTo(ChunkStage.PARTIAL);
        assertThat(transcript.getOverlapFrames()).isEqualTo(2);
        assertThat(transcript.getFrame()).isEqualTo(105);
    }

    @Test
    void anEngineThatFailsOnceIsAskedAgain() {
        AtomicInteger asked = new AtomicInteger();
        var engine = FixedCostEngine.answering(speech -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("hiccup");
            }
            return Recognition.of("hello");
        });

        var result = recogniser(engine).process(chunk(), 1);

        assertThat(result.transcript().getText()).isEqualTo("hello");
        assertThat(metrics.value(AsrMeter.RETRIED)).isEqualTo(1);
    }

    @Test
    void anEngineThatFailsTwiceFailsTheChunkWithTheReason() {
        var engine = FixedCostEngine.answering(speech -> {
            throw new IllegalStateException("out of tokens");
        });

        var result = recogniser(engine).process(chunk(), 1);

        assertThat(result.transcript().getStatus()).isEqualTo(TranscriptStatus.FAILED);
        assertThat(result.transcript().getText()).isEmpty();
        assertThat(result.failure()).get().asString().contains("fixed failed twice", "out of tokens");
    }

    @Test
    void theEngineIsNotAskedForWhatIsSettledWithoutIt() {
        var engine = FixedCostEngine.answering(speech -> {
            throw new AssertionError("asked");
        });
        UtteranceChunk chunk = chunk();
        chunk.setSameAudioAs(0);
        chunk.setPcm(null);
        chunk.setRevision(1);

        var transcript = recogniser(engine).process(chunk, 1).transcript();

        assertThat(transcript.getStatus()).isEqualTo(TranscriptStatus.SAME_AUDIO);
        assertThat(transcript.getSameAudioAs()).isZero();
        assertThat(transcript.getEngine()).isEmpty();
    }

    private ChunkRecogniser recogniser(FixedCostEngine engine) {
        return new ChunkRecogniser(engine, new Triage(new Supersessions()), () -> NOW, metrics);
    }

    private static UtteranceChunk chunk() {
        return UtteranceChunk.newBuilder()
                .setCallId("a~1")
                .setUtterance(90)
                .setIndex(1)
                .setRevision(0)
                .setStage(ChunkStage.PARTIAL)
                .setFirstFrame(100)
                .setLastFrame(104)
                .setOverlapFrames(2)
                .setFrame(105)
                .setAt(1_767_225_600_750_000L)
                .setPcm(ByteBuffer.allocate(5 * 320))
                .build();
    }
}
