package dev.parley.asr;

import dev.parley.runtime.MeterName;

/** The meters of asr-worker. */
public enum AsrMeter implements MeterName {
    CHUNKS("parley.asr.chunks", "Chunk revisions that got their transcript, by status"),
    WAITED("parley.asr.waited", "From the cut of a chunk to the start of its recognition"),
    TOOK("parley.asr.took", "The recognition of a chunk, by engine"),
    RETRIED("parley.asr.retried", "Recognitions that the engine failed at and that were tried again, by engine"),
    REDELIVERED("parley.asr.redelivered", "Chunks that a worker before this one took and did not finish"),
    GIVEN_BACK("parley.asr.given.back", "Chunks that were handed back unfinished, by reason"),
    LOCK_LOST("parley.asr.lock.lost", "Chunks that were finished after the queue had given them to another worker");

    private final String id;
    private final String meaning;

    AsrMeter(String id, String meaning) {
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
