package dev.parley.asr.domain;

import dev.parley.records.SpeechEvent;
import dev.parley.records.UtteranceChunk;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which revisions nobody waits for any more: the caller went on speaking, or a newer revision of the same chunk was cut.
 *
 * <p>Learns from the chunks that pass through this worker and from the chunker's events, which every worker sees. What it does not know, or has forgotten (it
 * remembers the newest {@value #REMEMBERED} chunks), costs a needless recognition and nothing else. Safe from any thread.
 */
public final class Supersessions {
    private static final int REMEMBERED = 10_000;

    /** For each chunk, the lowest revision that is still wanted. */
    private final Map<ChunkId, Integer> wanted = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ChunkId, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record ChunkId(String callId, long utterance, int index) {}

    /** Takes note of what the chunker decided. */
    public void heard(SpeechEvent event) {
        Integer index = event.getIndex();
        Integer revision = event.getRevision();
        if (index == null || revision == null) {
            return;
        }
        ChunkId chunk = new ChunkId(event.getCallId(), event.getUtterance(), index);
        switch (event.getType()) {
            case RESUMED -> wantFrom(chunk, revision + 1);
            case SILENCE, END_OF_TURN -> wantFrom(chunk, revision);
            default -> {
                // Says nothing about revisions.
            }
        }
    }

    /** Takes note of a chunk that is there: earlier revisions are not wanted, but for the one whose audio it shares. */
    public void seen(UtteranceChunk chunk) {
        @Nullable Integer sameAudioAs = chunk.getSameAudioAs();
        wantFrom(idOf(chunk), sameAudioAs == null ? chunk.getRevision() : sameAudioAs);
    }

    /** Whether nobody waits for this revision any more. */
    public synchronized boolean supersede(UtteranceChunk chunk) {
        return chunk.getRevision() < wanted.getOrDefault(idOf(chunk), 0);
    }

    private synchronized void wantFrom(ChunkId chunk, int revision) {
        wanted.merge(chunk, revision, Math::max);
    }

    private static ChunkId idOf(UtteranceChunk chunk) {
        return new ChunkId(chunk.getCallId(), chunk.getUtterance(), chunk.getIndex());
    }
}
