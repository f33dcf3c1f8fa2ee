package dev.parley.runtime.kafka;

import dev.parley.records.CallEvent;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Work that writes down what it is told, one line each, and is done with a record at once, unless it is told to hold some. */
final class RecordingWork implements PartitionWork {
    /** The lines of all works of a loop, in order: {@code 2 receive call.events 17}. */
    static class Journal extends CopyOnWriteArrayList<String> {
        private static final long serialVersionUID = 1L;

        List<String> of(String what) {
            return stream().filter(line -> line.contains(what)).toList();
        }
    }

    private final int partition;
    private final Journal journal;
    private final Map<Topic<?>, OffsetTracker> trackers = new HashMap<>();
    Predicate<Received<?>> held = record -> false;
    Predicate<Received<?>> refused = record -> false;
    Map<Topic<?>, Long> startAt = Map.of();
    volatile Duration longestTickGap = Duration.ZERO;
    private @Nullable Instant lastTick;

    RecordingWork(int partition, Journal journal) {
        this.partition = partition;
        this.journal = journal;
        journal.add(partition + " begins");
    }

    @Override
    public Map<Topic<?>, Long> restore(List<Received<?>> newestPerKey) {
        newestPerKey.forEach(record -> journal.add(partition + " restore " + record.key() + " " + number(record)));
        return startAt;
    }

    @Override
    public void receive(Received<?> record) {
        if (refused.test(record)) {
            throw new IllegalStateException("refused on purpose");
        }
        journal.add(partition + " receive " + record.topic() + " " + number(record));
        var tracker = trackers.computeIfAbsent(record.topic(), any -> new OffsetTracker());
        tracker.begin(record.offset());
        if (!held.test(record)) {
            tracker.done(record.offset());
        }
    }

    @Override
    public void tick(Instant now) {
        if (lastTick != null && Duration.between(lastTick, now).compareTo(longestTickGap) > 0) {
            longestTickGap = Duration.between(lastTick, now);
        }
        lastTick = now;
    }

    @Override
    public long committable(Topic<?> topic) {
        var tracker = trackers.get(topic);
        return tracker == null ? -1 : tracker.committable();
    }

    @Override
    public void close(boolean ownershipLost) {
        journal.add(partition + (ownershipLost ? " lost" : " ends"));
    }

    static long number(Received<?> record) {
        return record.value() instanceof CallEvent event ? event.getFrame() : -1;
    }
}
