package dev.parley.chunker;

import dev.parley.runtime.MeterName;

/** Everything that the chunker measures. */
public enum ChunkerMeter implements MeterName {
    /** Tag: kind (frame, gap, hold, end). */
    RECORDS("parley.chunker.records", "Records of audio.frames that were taken in"),
    /** Tag: reason, see {@link dev.parley.chunker.domain.Drop}. */
    DROPPED("parley.chunker.dropped", "Records of audio.frames that were not listened to"),
    /** Tag: type (speech-started, partial, provisional, final, end-of-turn, suspected and so on). */
    DECISIONS("parley.chunker.decisions", "Decisions, by type; those made again after a restart are counted again"),
    LAG("parley.chunker.lag", "From the instant of a frame to the decision that it caused"),
    LISTENED("parley.chunker.listened", "What a round of listening over all calls took"),
    CALLS("parley.chunker.calls", "Calls that are listened to"),
    LOST("parley.chunker.lost", "Calls of which no record came for 30 s, so that their utterance was closed"),
    CHECKPOINTS("parley.chunker.checkpoints", "Checkpoints that were acknowledged");

    private final String id;
    private final String meaning;

    ChunkerMeter(String id, String meaning) {
        this.id = id;
        this.meaning = meaning;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
