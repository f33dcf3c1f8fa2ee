package dev.parley.asr;

import dev.parley.asr.domain.Outcome;
import dev.parley.asr.domain.Outcome.SpokenWord;
import dev.parley.asr.domain.Transcripts;
import dev.parley.asr.domain.Transcripts.Labour;
import dev.parley.asr.domain.Triage;
import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import dev.parley.records.Transcript;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.Metrics;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns chunks into transcripts with the engine. An engine that fails is asked once more; then the chunk has failed, not the worker. Safe from several threads,
 * as the engine is.
 */
public final class ChunkRecogniser {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkRecogniser.class);

    private final SpeechRecogniser engine;
    private final Triage triage;
    private final InstantSource clock;
    private final Metrics metrics;

    ChunkRecogniser(SpeechRecogniser engine, Triage triage, InstantSource clock, Metrics metrics) {
        this.engine = engine;
        this.triage = triage;
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * A transcript and, where the chunk failed, why.
     *
     * @param transcript to be published
     * @param failure the reason for the dead letter; empty when all went well
     */
    public record Result(Transcript transcript, Optional<String> failure) {}

    /**
     * Does what is to be done about a chunk, on the caller's thread.
     *
     * @param deliveries how often the queue has handed it out, this time included
     */
    public Result process(UtteranceChunk chunk, int deliveries) {
        long waited = Math.max(0, micros(clock.instant()) - chunk.getAt());
        long start = System.nanoTime();
        Optional<Outcome> settled = triage.settle(chunk, deliveries);
        Outcome outcome = settled.orElseGet(() -> recognise(chunk));
        long took = System.nanoTime() - start;
        if (settled.isEmpty()) {
            metrics.timer(AsrMeter.WAITED).record(Duration.of(waited, ChronoUnit.MICROS));
            metrics.timer(AsrMeter.TOOK, "engine", engine.name()).record(Duration.ofNanos(took));
        }
        Labour labour = new Labour(settled.isEmpty() ? engine.name() : "", waited, took / 1000);
        Optional<String> failure =
                outcome instanceof Outcome.Failed failed ? Optional.of(failed.reason()) : Optional.empty();
        return new Result(Transcripts.of(chunk, outcome, labour), failure);
    }

    private Outcome recognise(UtteranceChunk chunk) {
        Sound speech = Sound.ofLine(Pcm.fromBytes(chunk.getPcm()));
        try {
            return recognised(engine.recognise(speech));
        } catch (RuntimeException first) {
            LOG.atWarn()
                    .setCause(first)
                    .addKeyValue("callId", chunk.getCallId())
                    .addKeyValue("utterance", chunk.getUtterance())
                    .log("The engine failed; asking it once more");
            metrics.counter(AsrMeter.RETRIED, "engine", engine.name()).increment();
        }
        try {
            return recognised(engine.recognise(speech));
        } catch (RuntimeException second) {
            return new Outcome.Failed("the engine " + engine.name() + " failed twice: " + second);
        }
    }

    private static Outcome recognised(Recognition recognition) {
        return new Outcome.Recognised(
                recognition.text(),
                recognition.words().stream()
                        .map(word -> new SpokenWord(word.text(), word.fromMillis(), word.toMillis()))
                        .toList(),
                recognition.confidence());
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
