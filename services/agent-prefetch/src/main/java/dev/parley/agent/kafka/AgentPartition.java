package dev.parley.agent.kafka;

import dev.parley.agent.AgentMeter;
import dev.parley.agent.domain.AgentPolicy;
import dev.parley.agent.domain.Effect;
import dev.parley.agent.engine.ReplyEngine;
import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.ReplyType;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.PartitionWork;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.BargeInKey;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one partition number. A call that rests (nothing said, nothing to be said, nothing unacknowledged) is written down to `conversations`, with the
 * offsets up to which it is; offsets are committed up to the oldest record that some call's snapshot has not seen. What the engine says and what Kafka acknowledges
 * comes back through the loop's executor, so everything runs on the loop's thread.
 */
public final class AgentPartition implements PartitionWork {
    private static final Logger LOG = LoggerFactory.getLogger(AgentPartition.class);
    private static final int ENDED_REMEMBERED = 10_000;

    /** What all partitions of a process share. */
    public record Shared(
            AgentPolicy policy,
            Duration abandonAfter,
            ReplyEngine engine,
            Publisher publisher,
            BargeIns bargeIns,
            Backlog backlog,
            Executor loop,
            Metrics metrics,
            Clock clock) {}

    private final Shared shared;
    private final Outlet outlet;
    private final Map<String, Call> calls = new HashMap<>();
    /** Calls that are over: what still comes of them is dropped. */
    private final Set<String> ended = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > ENDED_REMEMBERED;
        }
    });
    /** By topic, the offset after the last record received. */
    private final Map<Topic<?>, Long> positions = new HashMap<>();
    /** By topic, the offset of the first record received. */
    private final Map<Topic<?>, Long> firsts = new HashMap<>();

    private @Nullable Takeover takeover;
    private int tombstonesUnderWay;
    private boolean closed;

    public AgentPartition(int partition, Shared shared) {
        this.shared = shared;
        this.outlet = new Outlet(shared);
        Takeover begun = new Takeover(shared.clock().instant());
        takeover = begun;
        shared.backlog()
                .toRead(partition)
                .whenComplete((toRead, failure) -> shared.loop().execute(() -> {
                    if (failure == null) {
                        begun.toRead(toRead);
                        endTakeover(shared.clock().instant());
                    } else {
                        LOG.atWarn()
                                .addKeyValue("partition", partition)
                                .addKeyValue("reason", String.valueOf(failure.getMessage()))
                                .log("Backlog unknown");
                    }
                }));
    }

    // ---------------------------------------------------------------- the loop

    @Override
    public Map<Topic<?>, Long> restore(List<Received<?>> newestPerKey) {
        for (Received<?> record : newestPerKey) {
            if (record.value() instanceof Conversation saved) {
                call(record.key()).restore(saved);
            }
        }
        return Map.of();
    }

    @Override
    public void receive(Received<?> record) {
        firsts.putIfAbsent(record.topic(), record.offset());
        if (takeover != null) {
            takeover.hold(record);
            endTakeover(shared.clock().instant());
        } else {
            take(record);
        }
    }

    private void take(Received<?> record) {
        SpecificRecord value = record.value();
        if (value == null || ended.contains(record.key())) {
            shared.metrics().counter(AgentMeter.DROPPED_AFTER_END).increment();
        } else {
            Call call = call(record.key());
            if (!call.sawBefore(record.topic(), record.offset())) {
                if (call.needed == null) {
                    // Everything before this record is in the call's snapshot, or there was nothing.
                    call.needed = new HashMap<>(positions);
                    call.needed.putIfAbsent(record.topic(), record.offset());
                }
                call.received++;
                call.lastRecord = shared.clock().instant();
                List<Effect> effects =
                        call.dialogue.receive(value, shared.clock().instant());
                outlet.run(call, effects);
                measure(record, effects);
            }
        }
        positions.put(record.topic(), record.offset() + 1);
    }

    private void measure(Received<?> cause, List<Effect> effects) {
        boolean commits = effects.stream()
                .anyMatch(effect -> effect instanceof Effect.Publish publish
                        && publish.value() instanceof Reply reply
                        && reply.getType() == ReplyType.COMMIT);
        if (commits && takeover == null) {
            shared.metrics()
                    .timer(AgentMeter.DECISION)
                    .record(Duration.between(cause.timestamp(), shared.clock().instant()));
        }
    }

    @Override
    public void tick(Instant now) {
        endTakeover(now);
        if (takeover != null) {
            return;
        }
        for (Call call : new ArrayList<>(calls.values())) {
            outlet.run(call, call.dialogue.tick(now));
            if (call.dialogue.over()) {
                end(call);
            } else if (call.needed != null
                    && call.unacknowledged == 0
                    && !call.snapshotUnderWay
                    && call.dialogue.rests(now)) {
                if (call.dialogue.changed()) {
                    snapshot(call);
                } else {
                    // What came since the last snapshot made no difference.
                    call.needed = null;
                }
            } else if (Duration.between(call.lastRecord, now).compareTo(shared.abandonAfter()) > 0) {
                shared.metrics().counter(AgentMeter.ABANDONED).increment();
                end(call);
            }
        }
    }

    @Override
    public long committable(Topic<?> topic) {
        Long position = positions.get(topic);
        if (position == null || takeover != null) {
            return -1;
        }
        long offset = position;
        for (Call call : calls.values()) {
            Map<Topic<?>, Long> needed = call.needed;
            if (needed != null) {
                Long from = needed.get(topic);
                offset = Math.min(offset, from == null ? firsts.getOrDefault(topic, 0L) : from);
            }
        }
        return offset;
    }

    @Override
    public boolean drained() {
        return tombstonesUnderWay == 0 && calls.values().stream().allMatch(call -> call.unacknowledged == 0);
    }

    @Override
    public void close(boolean ownershipLost) {
        closed = true;
        calls.values().forEach(Call::stopAsking);
        calls.clear();
    }

    /** Either writer's state changed. */
    public void bargeIn(BargeIn state) {
        Call call = calls.get(state.getCallId());
        if (call != null) {
            outlet.run(call, call.dialogue.receive(state, shared.clock().instant()));
        }
    }

    /** Whether it is this process's no more. */
    public boolean isClosed() {
        return closed;
    }

    int calls() {
        return calls.size();
    }

    // ---------------------------------------------------------------- takeover

    private void endTakeover(Instant now) {
        Takeover current = takeover;
        if (current == null || closed || !(current.complete() || current.late(now))) {
            return;
        }
        if (!current.complete()) {
            shared.metrics().counter(AgentMeter.RECOVERY_CUT).increment();
        }
        List<Received<?>> records = current.inOrder();
        // They are taken in another order than they came in; until all are, none is behind us.
        positions.putAll(firsts);
        Map<Topic<?>, Long> reached = new HashMap<>();
        for (Received<?> record : records) {
            reached.merge(record.topic(), record.offset() + 1, Math::max);
            take(record);
            positions.putAll(firsts);
        }
        positions.putAll(reached);
        shared.metrics().counter(AgentMeter.RECOVERED).increment(records.size());
        takeover = null;
        outlet.beginAsking(calls.values());
    }

    private Call call(String id) {
        return calls.computeIfAbsent(id, callId -> {
            Call call = new Call(callId, shared.policy(), shared.clock().instant());
            for (BargeIn state : shared.bargeIns().of(callId)) {
                outlet.run(call, call.dialogue.receive(state, shared.clock().instant()));
            }
            return call;
        });
    }

    // ---------------------------------------------------------------- snapshots

    private void snapshot(Call call) {
        Map<Topic<?>, Long> offsets = new HashMap<>(positions);
        Map<String, Long> byName = new HashMap<>();
        offsets.forEach((topic, offset) -> byName.put(topic.name(), offset));
        long received = call.received;
        call.snapshotUnderWay = true;
        shared.publisher()
                .publish(Topics.CONVERSATIONS, call.id, call.dialogue.snapshot(byName))
                .thenRun(() -> shared.loop().execute(() -> {
                    call.snapshotUnderWay = false;
                    call.needed = call.received == received ? null : offsets;
                }));
        shared.metrics().counter(AgentMeter.SNAPSHOTS).increment();
    }

    private void end(Call call) {
        if (call.unacknowledged > 0 || call.snapshotUnderWay) {
            return;
        }
        call.stopAsking();
        // The call stays, and with it the offsets that it needs, until its tombstones are acknowledged.
        call.snapshotUnderWay = true;
        tombstonesUnderWay++;
        CompletableFuture<@Nullable Void> state = shared.publisher().publish(Topics.CONVERSATIONS, call.id, null);
        CompletableFuture<@Nullable Void> bargeIn = call.bargedIn
                ? shared.publisher()
                        .publish(
                                Topics.BARGE_IN, new BargeInKey(call.id, BargeInWriter.AGENT).toString(), call.id, null)
                : CompletableFuture.completedFuture(null);
        CompletableFuture.allOf(state, bargeIn)
                .thenRun(() -> shared.loop().execute(() -> {
                    tombstonesUnderWay--;
                    calls.remove(call.id, call);
                    ended.add(call.id);
                }));
    }
}
