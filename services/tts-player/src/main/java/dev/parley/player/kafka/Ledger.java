package dev.parley.player.kafka;

import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which records of a partition are not done with. A reply record is held until what it stands for (its chunk, or its answer) is over
 * for good and the outcome acknowledged. A playback event is held as long as its chunk's reply record may be read again: it is how a
 * next owner knows that the chunk was heard, though a record before it keeps the offset of both back.
 */
final class Ledger {
    private long nextReply = -1;
    private long nextEvent = -1;
    private long nextCallEvent = -1;

    /** Reply records that are held, by offset: whom each stands for. */
    private final TreeMap<Long, Object> replies = new TreeMap<>();

    private final Map<Object, List<Long>> repliesOf = new HashMap<>();

    /** The reply offset of each chunk that could be read again after a crash. */
    private final TreeMap<Long, String> chunks = new TreeMap<>();

    private final Map<String, Long> chunkOffsets = new HashMap<>();
    private final TreeMap<Long, String> events = new TreeMap<>();
    private boolean catchingUp = true;

    /** A reply record that stands for a chunk. */
    void chunk(long offset, String playbackId) {
        hold(offset, playbackId);
        if (chunkOffsets.putIfAbsent(playbackId, offset) == null) {
            chunks.put(offset, playbackId);
        }
    }

    /** A reply record that stands for {@code owner}. */
    void hold(long offset, Object owner) {
        nextReply = offset + 1;
        replies.put(offset, owner);
        repliesOf.computeIfAbsent(owner, any -> new ArrayList<>(2)).add(offset);
    }

    /** A reply record that stands for nothing that lasts. */
    void reply(long offset) {
        nextReply = offset + 1;
    }

    void event(long offset, String playbackId) {
        nextEvent = offset + 1;
        events.put(offset, playbackId);
    }

    void callEvent(long offset) {
        nextCallEvent = offset + 1;
    }

    /** From now on an event of a chunk that was not read is nobody's. */
    void caughtUp() {
        catchingUp = false;
    }

    /** What all records of {@code owner} stood for is over, and that is acknowledged. */
    void release(Object owner) {
        @Nullable List<Long> offsets = repliesOf.remove(owner);
        if (offsets != null) {
            offsets.forEach(replies::remove);
        }
    }

    /** As {@link dev.parley.runtime.kafka.PartitionWork#committable}. */
    long committable(Topic<?> topic) {
        if (topic.equals(Topics.REPLIES)) {
            return replies();
        }
        return topic.equals(Topics.PLAYBACK_EVENTS) ? events() : nextCallEvent;
    }

    boolean isEmpty() {
        return replies.isEmpty();
    }

    private long replies() {
        return replies.isEmpty() ? nextReply : replies.firstKey();
    }

    private long events() {
        long readAgainFrom = replies();
        while (!chunks.isEmpty() && chunks.firstKey() < readAgainFrom) {
            chunkOffsets.remove(chunks.pollFirstEntry().getValue());
        }
        while (!catchingUp
                && !events.isEmpty()
                && !chunkOffsets.containsKey(events.firstEntry().getValue())) {
            events.pollFirstEntry();
        }
        return events.isEmpty() ? nextEvent : events.firstKey();
    }
}
