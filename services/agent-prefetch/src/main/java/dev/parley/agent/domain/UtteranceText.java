package dev.parley.agent.domain;

import dev.parley.records.ChunkStage;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The recognised text of one utterance, from transcripts that come in any order. Of each chunk (index) the newest revision counts; a chunk is settled once its
 * PARTIAL or FINAL is there, the last one once the revision is there that the end of turn names.
 */
final class UtteranceText {
    /** Hums come out below this. */
    static final float DOUBTFUL = 0.6f;

    private static final int FEW_WORDS = 3;

    /**
     * The text so far.
     *
     * @param index index of the last chunk in it
     * @param revision its revision
     * @param lastFrame the last frame that it is based on
     * @param early cut only to learn the words of a voice over the bot
     * @param failed some of it could not be recognised
     * @param confidence the recogniser's, where there is but one chunk and the engine tells
     */
    record Reading(
            String text,
            int index,
            int revision,
            ChunkStage stage,
            long lastFrame,
            boolean early,
            boolean failed,
            @Nullable Float confidence,
            Transcript newest) {
        boolean hasWords() {
            return Words.any(text);
        }

        /** Whether these few words are more likely a hum or a cough that the recogniser has made words of. */
        boolean isDoubtful() {
            return confidence != null && confidence < DOUBTFUL && Words.of(text).size() <= FEW_WORDS;
        }
    }

    private static final class Chunk {
        final NavigableMap<Integer, Transcript> revisions = new TreeMap<>();
        int supersededThrough = -1;
    }

    private final NavigableMap<Integer, Chunk> chunks = new TreeMap<>();

    /** Takes a transcript; false when it is there already. */
    boolean add(Transcript transcript) {
        return chunk(transcript.getIndex()).revisions.putIfAbsent(transcript.getRevision(), transcript) == null;
    }

    /** The caller went on speaking: this revision's text is no longer all of its chunk. */
    void supersede(int index, int revision) {
        Chunk chunk = chunk(index);
        chunk.supersededThrough = Math.max(chunk.supersededThrough, revision);
    }

    /** The text up to the newest revision that is known; empty while something before it is missing. */
    Optional<Reading> newest() {
        Map.Entry<Integer, Chunk> last = chunks.lastEntry();
        if (last == null) {
            return Optional.empty();
        }
        for (Transcript transcript : last.getValue().revisions.descendingMap().values()) {
            if (transcript.getRevision() <= last.getValue().supersededThrough) {
                return Optional.empty();
            }
            if (heard(last.getValue(), transcript) != null) {
                return read(last.getKey(), transcript);
            }
        }
        return Optional.empty();
    }

    /** The whole text, as an end of turn names its last revision; empty while something of it is missing. */
    Optional<Reading> through(int index, int revision) {
        Chunk chunk = chunks.get(index);
        if (chunk == null) {
            return Optional.empty();
        }
        for (Transcript transcript : chunk.revisions.tailMap(revision, true).values()) {
            if (heard(chunk, transcript) != null) {
                return read(index, transcript);
            }
        }
        return Optional.empty();
    }

    /** Whatever words there are, however incomplete. */
    String anyWords() {
        StringBuilder text = new StringBuilder();
        for (Chunk chunk : chunks.values()) {
            for (Transcript transcript : chunk.revisions.descendingMap().values()) {
                if (transcript.getStatus() == TranscriptStatus.RECOGNISED) {
                    text.append(' ').append(transcript.getText());
                    break;
                }
            }
        }
        return text.toString().strip();
    }

    private Chunk chunk(int index) {
        return chunks.computeIfAbsent(index, i -> new Chunk());
    }

    private Optional<Reading> read(int index, Transcript last) {
        String text = "";
        boolean failed = false;
        Float confidence = null;
        for (int i = 0; i <= index; i++) {
            Chunk chunk = chunks.get(i);
            Transcript part = i == index ? last : chunk == null ? null : settled(chunk);
            Transcript heard = part == null || chunk == null ? null : heard(chunk, part);
            if (part == null || heard == null) {
                return Optional.empty();
            }
            failed |= heard.getStatus() == TranscriptStatus.FAILED;
            confidence = index == 0 ? heard.getConfidence() : null;
            long frames = part.getLastFrame() - part.getFirstFrame() + 1;
            text = Stitcher.join(text, heard.getText(), part.getOverlapFrames(), (int)
                    Math.max(0, frames - part.getOverlapFrames()));
        }
        return Optional.of(new Reading(
                text,
                index,
                last.getRevision(),
                last.getStage(),
                last.getLastFrame(),
                last.getEarlyWords(),
                failed,
                confidence,
                last));
    }

    private static @Nullable Transcript settled(Chunk chunk) {
        for (Transcript transcript : chunk.revisions.descendingMap().values()) {
            boolean whole = transcript.getStage() == ChunkStage.PARTIAL || transcript.getStage() == ChunkStage.FINAL;
            if (whole && transcript.getStatus() != TranscriptStatus.SKIPPED) {
                return transcript;
            }
        }
        return null;
    }

    /** The transcript that holds what this one says: itself, or the one whose audio it shares; null when there is none (yet). */
    private static @Nullable Transcript heard(Chunk chunk, Transcript transcript) {
        return switch (transcript.getStatus()) {
            case RECOGNISED, FAILED -> transcript;
            case SAME_AUDIO -> {
                Integer same = transcript.getSameAudioAs();
                Transcript original = same == null ? null : chunk.revisions.get(same);
                yield original == null || original.getStatus() == TranscriptStatus.SAME_AUDIO
                        ? null
                        : heard(chunk, original);
            }
            case SKIPPED, UNKNOWN -> null;
        };
    }
}
