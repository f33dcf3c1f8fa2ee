package dev.parley.chunker.domain;

import dev.parley.records.ChunkStage;
import dev.parley.records.UtteranceCheckpoint;
import dev.parley.records.UtteranceChunk;

/**
 * Cuts an utterance into chunks: which frames, which index, which revision.
 *
 * <p>A seam is laid where it hurts least: a PARTIAL ends at the quietest frame of the last half second, and the next chunk begins at least
 * the overlap earlier, stretched back to the quietest frame of the half second before that, so that no word is halved in both.
 */
final class ChunkCutter {
    /** Half a second. */
    static final int LOOK_BACK = 25;

    private static final int NONE = -1;

    private final ListeningSettings settings;
    private final AudioLine line;
    private final Decisions out;

    private long utterance;
    private int index;
    private int revision;
    private long first;
    private int overlap;
    private int provisional = NONE;
    private long provisionalLast = NONE;

    ChunkCutter(ListeningSettings settings, AudioLine line, Decisions out) {
        this.settings = settings;
        this.line = line;
        this.out = out;
    }

    void restore(UtteranceCheckpoint from) {
        utterance = from.getFirst();
        index = from.getIndex();
        revision = from.getRevision();
        first = from.getChunkFirst();
        overlap = from.getOverlapFrames();
        provisional = from.getProvisional();
        provisionalLast = from.getProvisionalLast();
    }

    void save(UtteranceCheckpoint.Builder to) {
        to.setIndex(index)
                .setRevision(revision)
                .setChunkFirst(first)
                .setOverlapFrames(overlap)
                .setProvisional(provisional)
                .setProvisionalLast(provisionalLast);
    }

    void begin(long utterance) {
        this.utterance = utterance;
        begin(0, utterance, 0);
    }

    private void begin(int index, long first, int overlap) {
        this.index = index;
        this.revision = 0;
        this.first = first;
        this.overlap = overlap;
        withdraw();
    }

    /** First frame of the chunk that is being collected. */
    long first() {
        return first;
    }

    /** Whether enough has been collected for a PARTIAL. */
    boolean partialIsDue() {
        return settings.softWindow() && line.last() - first + 1 >= settings.chunk();
    }

    /** Where a cut hurts least: the quietest frame of the last half second, not later than this one. */
    long seam(long latest) {
        return line.quietest(Math.max(first, line.last() - lookBack() + 1), Math.max(first, latest));
    }

    /** Half a second, less where chunks are so short that a new one would be due at once. */
    private int lookBack() {
        return Math.min(LOOK_BACK, settings.chunk() / 4);
    }

    void cutPartial() {
        long last = seam(line.last());
        cut(ChunkStage.PARTIAL, last, false);
        long latest = Math.max(first + 1, last + 1 - settings.overlap());
        long next = line.quietest(Math.max(first + 1, latest - lookBack()), latest);
        begin(index + 1, next, Math.toIntExact(last - next + 1));
    }

    /** The chunk so far, while the caller pauses: this revision holds all that was said until the caller goes on. */
    void cutProvisional(boolean earlyWords) {
        provisional = revision;
        provisionalLast = line.last();
        cut(ChunkStage.PROVISIONAL, provisionalLast, earlyWords);
    }

    /** The chunk so far, in the middle of speech over the bot. */
    void cutEarlyWords() {
        cut(ChunkStage.PROVISIONAL, line.last(), true);
    }

    /** The caller goes on: what was provisional no longer holds everything. */
    void withdraw() {
        provisional = NONE;
        provisionalLast = NONE;
    }

    /** The revision that holds all audio so far; -1: none does. */
    int provisional() {
        return provisional;
    }

    /** Whether a revision that is out holds everything up to this frame. */
    boolean holds(long frame) {
        return provisional != NONE && provisionalLast >= frame;
    }

    long provisionalLast() {
        return provisionalLast;
    }

    int index() {
        return index;
    }

    /** The last chunk of the utterance, with its audio; gives its revision. */
    int cutFinal(long last, boolean earlyWords) {
        cut(ChunkStage.FINAL, last, earlyWords);
        return revision - 1;
    }

    /** The last chunk of the utterance, whose audio the provisional revision holds. */
    void confirmProvisional() {
        out.add(new Decision.Cut(chunk(ChunkStage.FINAL, provisionalLast)
                .setSameAudioAs(provisional)
                .build()));
        revision++;
    }

    private void cut(ChunkStage stage, long last, boolean earlyWords) {
        out.add(new Decision.Cut(chunk(stage, last)
                .setPcm(line.pcm(first, last))
                .setEarlyWords(earlyWords)
                .build()));
        revision++;
    }

    private UtteranceChunk.Builder chunk(ChunkStage stage, long last) {
        return UtteranceChunk.newBuilder()
                .setCallId(out.callId())
                .setUtterance(utterance)
                .setIndex(index)
                .setRevision(revision)
                .setStage(stage)
                .setFirstFrame(first)
                .setLastFrame(last)
                .setOverlapFrames(overlap)
                .setFrame(out.frame())
                .setAt(out.at());
    }
}
