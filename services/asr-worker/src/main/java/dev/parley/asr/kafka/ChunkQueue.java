package dev.parley.asr.kafka;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The queue of chunks as one lane sees it: at most one chunk is in hand, and is finished or given back before the next is asked for. For one thread.
 */
interface ChunkQueue extends AutoCloseable {
    /**
     * A chunk in hand.
     *
     * @param record as it was fetched
     * @param deliveries how often it was handed out, this time included
     */
    record Handed(ConsumerRecord<byte[], byte[]> record, int deliveries) {}

    /** The next chunk; empty when none came within this time. */
    Optional<Handed> next(Duration patience);

    /** Work on the chunk in hand goes on: it stays ours. To be called at least every {@link #KEEP_EVERY}. */
    void keep();

    /** The chunk in hand is finished, for good. */
    void done();

    /** The chunk in hand is for another worker, or for this one later. */
    void giveBack();

    /** Gives back what is in hand and leaves the group. */
    @Override
    void close();

    /** Well within the lock of a share group, {@link ShareGroup#LOCK}. */
    Duration KEEP_EVERY = Duration.ofMillis(1500);
}
