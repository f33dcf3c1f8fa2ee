package dev.parley.asr.domain;

import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.records.UtteranceChunk;
import dev.parley.records.Word;
import java.util.List;

/**
 * Writes the transcript of a chunk revision. A chunk that was handed out twice gets two; the first in the topic is the one in effect, and the same engine gives
 * both the same text.
 */
public final class Transcripts {
    private static final int FRAME_MILLIS = 20;

    private Transcripts() {}

    /**
     * The engine that worked and the time it took.
     *
     * @param engine its name; empty where none was asked
     * @param waitedMicros from the cut to the start of the work
     * @param tookMicros the work itself
     */
    public record Labour(String engine, long waitedMicros, long tookMicros) {}

    /** The transcript of a chunk. */
    public static Transcript of(UtteranceChunk chunk, Outcome outcome, Labour labour) {
        Transcript.Builder transcript = Transcript.newBuilder()
                .setCallId(chunk.getCallId())
                .setUtterance(chunk.getUtterance())
                .setIndex(chunk.getIndex())
                .setRevision(chunk.getRevision())
                .setStage(chunk.getStage())
                .setFirstFrame(chunk.getFirstFrame())
                .setLastFrame(chunk.getLastFrame())
                .setOverlapFrames(chunk.getOverlapFrames())
                .setEarlyWords(chunk.getEarlyWords())
                .setFrame(chunk.getFrame())
                .setAt(chunk.getAt())
                .setEngine(labour.engine())
                .setWaitedMicros(labour.waitedMicros())
                .setTookMicros(labour.tookMicros());
        switch (outcome) {
            case Outcome.Recognised recognised -> {
                transcript.setStatus(TranscriptStatus.RECOGNISED).setText(recognised.text());
                transcript.setWords(recognised.words().isEmpty() ? null : words(chunk, recognised));
                recognised.confidence().ifPresent(confidence -> transcript.setConfidence((float) confidence));
            }
            case Outcome.Skipped skipped -> transcript.setStatus(TranscriptStatus.SKIPPED);
            case Outcome.SameAudio same ->
                transcript.setStatus(TranscriptStatus.SAME_AUDIO).setSameAudioAs(same.revision());
            case Outcome.Failed failed -> transcript.setStatus(TranscriptStatus.FAILED);
        }
        return transcript.build();
    }

    private static List<Word> words(UtteranceChunk chunk, Outcome.Recognised recognised) {
        return recognised.words().stream()
                .map(word -> Word.newBuilder()
                        .setText(word.text())
                        .setFirstFrame(frame(chunk, word.fromMillis()))
                        .setLastFrame(frame(chunk, word.toMillis()))
                        .build())
                .toList();
    }

    private static long frame(UtteranceChunk chunk, int millis) {
        return Math.min(chunk.getFirstFrame() + millis / FRAME_MILLIS, chunk.getLastFrame());
    }
}
