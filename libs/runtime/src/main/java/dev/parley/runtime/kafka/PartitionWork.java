package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The work on one partition number of all topics that a {@link PartitionLoop} reads: made when this process becomes its owner, closed when it ceases to be. Every
 * method is called on the loop's thread, and none may block: what takes time runs elsewhere and comes back by {@link PartitionLoop#execute}.
 *
 * <p>What throws: {@link #receive} is a record that cannot be used, which goes to the dead letters, and the work goes on; anything else is a fault of the loop, which
 * ends it (see {@link PartitionLoop#fault}).
 */
public interface PartitionWork {
    /**
     * Called once, first: takes the state up from where its last owner left it.
     *
     * @param newestPerKey of the state topic's partition, without tombstones, in the order of their offsets; empty where the loop has no state topic
     * @return offsets at which to begin to read; a topic that is not named begins at its committed offset, or else at its beginning
     */
    Map<Topic<?>, Long> restore(List<Received<?>> newestPerKey);

    /** The next record: of one topic in the order of offsets, across topics in any order. */
    void receive(Received<?> record);

    /**
     * Called once, when everything has been given that the topics' partitions held when the work began: from here on a record that was not seen had not been written
     * by then.
     */
    default void caughtUp() {}

    /** After every poll, at least every 20 ms while the process has time to run. */
    void tick(Instant now);

    /** The offset of a topic before which all work is done and what came of it acknowledged; -1 while there is nothing to commit. */
    long committable(Topic<?> topic);

    /** Kafka has confirmed that this offset is committed: a new owner begins there. */
    default void committed(Topic<?> topic, long offset) {}

    /** Whether a process that is about to end may end now; else it waits, for a bounded time. No record comes meanwhile. */
    default boolean drained() {
        return true;
    }

    /**
     * Called once, last, except where a fault ended the loop. What is {@link #committable} has been committed before.
     *
     * @param ownershipLost another process owns the partition already: nothing was committed, publish nothing more
     */
    void close(boolean ownershipLost);
}
