package dev.parley.asr.domain;

import dev.parley.records.UtteranceChunk;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Sorts out the chunks that need no recognition. */
public final class Triage {
    private static final int FRAME_BYTES = 320;

    /** A record is handed out so often at most; whatever ended the workers that held it before may be its own doing. */
    static final int LAST_DELIVERY = 5;

    private final Supersessions supersessions;

    /** What is superseded is asked of these, at the moment that a chunk's turn comes. */
    public Triage(Supersessions supersessions) {
        this.supersessions = supersessions;
    }

    /**
     * What becomes of a chunk without recognising it; empty when it is to be recognised.
     *
     * @param deliveries how often the queue has handed it out, this time included
     */
    public Optional<Outcome> settle(UtteranceChunk chunk, int deliveries) {
        supersessions.seen(chunk);
        if (chunk.getSameAudioAs() != null) {
            return Optional.of(new Outcome.SameAudio(chunk.getSameAudioAs()));
        }
        if (supersessions.supersede(chunk)) {
            return Optional.of(new Outcome.Skipped());
        }
        if (deliveries >= LAST_DELIVERY) {
            return Optional.of(new Outcome.Failed(
                    "handed out " + deliveries + " times: the workers that took it before did not come to an end"));
        }
        return flaw(chunk).map(Outcome.Failed::new);
    }

    private static Optional<String> flaw(UtteranceChunk chunk) {
        ByteBuffer pcm = chunk.getPcm();
        if (pcm == null) {
            return Optional.of("the chunk has no audio and names no revision that has it");
        }
        long frames = chunk.getLastFrame() - chunk.getFirstFrame() + 1;
        if (frames <= 0 || pcm.remaining() != frames * FRAME_BYTES) {
            return Optional.of("frames %d to %d do not fit %d bytes of audio"
                    .formatted(chunk.getFirstFrame(), chunk.getLastFrame(), pcm.remaining()));
        }
        return Optional.empty();
    }
}
