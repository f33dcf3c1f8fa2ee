package dev.parley.agent.kafka;

import dev.parley.agent.CallRecords;
import dev.parley.agent.domain.TestPolicy;
import dev.parley.records.BargeIn;
import dev.parley.records.Conversation;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.BargeInKey;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** An agent process with the one partition: it reads in any order across topics, and dies where it is told to. */
final class MemoryAgent implements Publisher {
    /** Thrown where the process dies. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What was taken out, to show that a test notices. */
    enum Without {
        NOTHING,
        /** The topic `replies` is not read back. */
        THE_LOG,
        /** Nobody remembers which utterances are done with. */
        THE_WATERMARK
    }

    private final MemoryKafka kafka;
    private final Without without;
    private final Random order;
    private final Clock clock;
    private final Runnable mayDie;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Map<String, Long> positions = new HashMap<>();
    private final BargeIns known = new BargeIns();
    private final AgentPartition partition;
    private boolean dead;
    private int lastSeen;

    /**
     * @param number of the process, which its engine's texts tell
     * @param order which topic is read next
     * @param mayDie run at each record that is read or written; throws {@link Killed} where the process dies
     */
    MemoryAgent(int number, MemoryKafka kafka, Without without, Random order, Clock clock, Runnable mayDie) {
        this.kafka = kafka;
        this.without = without;
        this.order = order;
        this.clock = clock;
        this.mayDie = mayDie;
        kafka.bargeIns().forEach(this::know);
        MemoryKafka.READ.forEach(topic -> positions.put(topic.name(), kafka.committed(topic)));
        partition = new AgentPartition(
                0,
                new AgentPartition.Shared(
                        TestPolicy.patient(),
                        Duration.ofHours(2),
                        new ThreeSentences(number, tasks::add),
                        this,
                        known,
                        any -> CompletableFuture.completedFuture(backlog()),
                        tasks::add,
                        Metrics.inMemory(),
                        clock));
    }

    private Map<String, Long> backlog() {
        Map<String, Long> backlog = new HashMap<>();
        unread().forEach(topic -> backlog.put(topic.name(), kafka.end(topic)));
        return backlog;
    }

    private List<Topic<?>> unread() {
        return MemoryKafka.READ.stream()
                .filter(topic -> !(without == Without.THE_LOG && topic.equals(Topics.REPLIES)))
                .filter(topic -> positions.get(topic.name()) < kafka.end(topic))
                .toList();
    }

    void restore() {
        Conversation snapshot = kafka.conversation();
        if (snapshot == null) {
            partition.restore(List.of());
            return;
        }
        if (without == Without.THE_WATERMARK) {
            snapshot.setAnsweredThrough(-1);
        }
        partition.restore(List.of(new Received<>(Topics.CONVERSATIONS, 0, 0, now(), CallRecords.CALL, snapshot)));
    }

    private Instant now() {
        return clock.instant();
    }

    private void know(BargeIn state) {
        String key = new BargeInKey(CallRecords.CALL, state.getWriter()).toString();
        known.receive(new Received<>(Topics.BARGE_IN, 0, 0, now(), key, state));
    }

    /** Learns of it among what else there is to do. */
    void tell(BargeIn state) {
        tasks.add(() -> {
            know(state);
            partition.bargeIn(state);
        });
    }

    /** Does one thing; false when there is nothing to do. */
    boolean step() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
            return true;
        }
        List<Topic<?>> waiting = unread();
        if (!waiting.isEmpty()) {
            read(waiting.get(order.nextInt(waiting.size())));
            return true;
        }
        partition.tick(now());
        if (!tasks.isEmpty() || kafka.written().size() > lastSeen) {
            lastSeen = kafka.written().size();
            return true;
        }
        commit();
        return false;
    }

    private <T extends SpecificRecord> void read(Topic<T> topic) {
        long offset = positions.get(topic.name());
        mayDie.run();
        partition.receive(new Received<>(topic, 0, offset, now(), CallRecords.CALL, kafka.read(topic, offset)));
        positions.put(topic.name(), offset + 1);
        partition.tick(now());
    }

    private void commit() {
        for (Topic<?> topic : MemoryKafka.READ) {
            long offset = partition.committable(topic);
            if (offset >= 0) {
                kafka.commit(topic, offset);
            }
        }
    }

    @Override
    public <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
            Topic<T> topic, String key, String callId, @Nullable T value) {
        if (dead) {
            throw new Killed();
        }
        // It dies before the record is written, or after it was and before anyone noticed.
        mayDie.run();
        kafka.append(topic, value);
        mayDie.run();
        return CompletableFuture.completedFuture(null);
    }

    /** What still runs of it writes nothing more. */
    void die() {
        dead = true;
    }
}
