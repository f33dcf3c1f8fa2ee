package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One partition number of all topics of a {@link PartitionLoop}: which of the siblings are owned, how far each has been read and committed. On the loop's thread. */
final class OwnedPartition {
    /** How far a topic's partition has been read. */
    private static final class Position {
        /** The offset after the last record that was dealt with, or where reading began; -1 while that is not known. */
        long next = -1;

        /** The last record that the work was given; -1 while there is none. */
        long lastGiven = -1;

        long committed = -1;

        /** Records whose dead letters are not acknowledged yet. */
        final TreeSet<Long> deadLetters = new TreeSet<>();
    }

    final int number;
    private final List<Topic<?>> topics;
    private final Set<Topic<?>> owned = new HashSet<>();
    private final Map<Topic<?>, Position> positions = new HashMap<>();
    private boolean restoring;
    private @Nullable PartitionWork work;
    /** Where the topics ended when the work began, until all of that has been given. */
    private Map<TopicPartition, Long> ends = Map.of();

    OwnedPartition(int number, List<Topic<?>> topics) {
        this.number = number;
        this.topics = topics;
    }

    void own(Topic<?> topic) {
        owned.add(topic);
    }

    void disown(Topic<?> topic) {
        owned.remove(topic);
    }

    boolean ownsNothing() {
        return owned.isEmpty();
    }

    boolean isComplete() {
        return owned.size() == topics.size();
    }

    /** Whether work could begin: every sibling is owned, and nobody has begun. */
    boolean mayBegin() {
        return isComplete() && work == null && !restoring;
    }

    void restoring() {
        restoring = true;
    }

    boolean isRestoring() {
        return restoring;
    }

    void begin(PartitionWork made) {
        restoring = false;
        positions.clear();
        topics.forEach(topic -> positions.put(topic, new Position()));
        work = made;
    }

    @Nullable
    PartitionWork work() {
        return work;
    }

    /** What the work has to be given before it has caught up. */
    void catchesUpTo(Map<TopicPartition, Long> endOffsets) {
        ends = new HashMap<>(endOffsets);
        if (ends.isEmpty() && work != null) {
            work.caughtUp();
        }
    }

    /** Tells the work, once, that it has caught up; {@code position} says how far a partition has been read. */
    void lookWhetherCaughtUp(ToLongFunction<TopicPartition> position) {
        var doing = work;
        if (doing != null && !ends.isEmpty()) {
            ends.entrySet().removeIf(end -> position.applyAsLong(end.getKey()) >= end.getValue());
            if (ends.isEmpty()) {
                doing.caughtUp();
            }
        }
    }

    /** The work is this partition's no more; it may begin anew when all siblings are owned again. */
    @Nullable
    PartitionWork end() {
        var ended = work;
        work = null;
        restoring = false;
        return ended;
    }

    Set<TopicPartition> siblingsOwned() {
        var all = new HashSet<TopicPartition>();
        owned.forEach(topic -> all.add(partition(topic)));
        return all;
    }

    TopicPartition partition(Topic<?> topic) {
        return new TopicPartition(topic.name(), number);
    }

    void startsAt(Topic<?> topic, long offset) {
        position(topic).next = offset;
    }

    void given(Topic<?> topic, long offset) {
        var position = position(topic);
        position.lastGiven = offset;
        position.next = offset + 1;
    }

    /** A record that the work is not given, or that it could not use, and whose dead letter is on its way. */
    void setAside(Topic<?> topic, long offset) {
        var position = position(topic);
        position.next = offset + 1;
        position.deadLetters.add(offset);
    }

    void deadLetterWritten(Topic<?> topic, long offset) {
        position(topic).deadLetters.remove(offset);
    }

    /** What may be committed now and is not yet. */
    Map<TopicPartition, OffsetAndMetadata> toCommit() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        var doing = work;
        if (doing != null) {
            for (var topic : topics) {
                long offset = committable(doing, topic);
                if (offset > position(topic).committed) {
                    offsets.put(partition(topic), new OffsetAndMetadata(offset));
                }
            }
        }
        return offsets;
    }

    void committed(Topic<?> topic, long offset) {
        var position = position(topic);
        position.committed = Math.max(position.committed, offset);
        var doing = work;
        if (doing != null) {
            doing.committed(topic, offset);
        }
    }

    private long committable(PartitionWork doing, Topic<?> topic) {
        var position = position(topic);
        long offset = doing.committable(topic);
        if (position.lastGiven >= 0 && offset == position.lastGiven + 1) {
            offset = position.next; // All that was given is done, and so is what was set aside after it.
        }
        offset = Math.min(offset, position.next);
        return position.deadLetters.isEmpty() ? offset : Math.min(offset, position.deadLetters.first());
    }

    private Position position(Topic<?> topic) {
        return positions.computeIfAbsent(topic, any -> new Position());
    }
}
