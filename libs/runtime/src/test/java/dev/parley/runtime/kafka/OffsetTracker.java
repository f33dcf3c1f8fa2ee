package dev.parley.runtime.kafka;

import java.util.TreeSet;

/**
 * Which offset of a partition may be committed while work on its records ends out of order: the lowest that is under way, or else the one after the highest that was
 * begun. Not thread-safe: used on a {@link PartitionLoop}'s thread.
 */
final class OffsetTracker {
    private final TreeSet<Long> underWay = new TreeSet<>();
    private long next = -1;

    /** Work on a record begins; offsets come in rising order. */
    void begin(long offset) {
        if (offset < next) {
            throw new IllegalArgumentException("Offset " + offset + " begins after " + (next - 1));
        }
        next = offset + 1;
        underWay.add(offset);
    }

    /** Work on a record is done and acknowledged. */
    void done(long offset) {
        underWay.remove(offset);
    }

    /** The offset before which everything is done; -1 before the first record. */
    long committable() {
        return underWay.isEmpty() ? next : underWay.first();
    }
}
