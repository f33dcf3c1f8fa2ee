package dev.parley.chunker.kafka;

import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Drop;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.records.AudioFrame;
import dev.parley.records.BargeInWriter;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.runtime.kafka.PartitionWork;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.BargeInKey;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The calls of one partition of audio.frames.
 *
 * <p>What may be committed is the least of what the calls still need. The committed offset is therefore never behind a checkpoint's
 * {@code neededOffset}, and a new owner begins there; a call that is over stays known until the commit has passed its end, since its
 * records would otherwise be taken for a new call's.
 */
final class ListeningPartition implements PartitionWork {
    /** A call of which nothing came for so long is lost; the time that Kafka is away does not count. */
    static final Duration LOST_AFTER = Duration.ofSeconds(30);

    private final ListeningSettings settings;
    private final Calls pending;
    private final Outlet outlet;
    private final Clock clock;
    private final BooleanSupplier kafkaAnswers;
    private final Consumer<ListeningPartition> closed;
    private final Map<String, PartitionCall> calls = new ConcurrentHashMap<>();
    private Instant kafkaBack = Instant.MIN;
    private long next = -1;

    /**
     * @param kafkaAnswers whether records could come now, if there were any
     * @param closed is told when this is done for
     */
    ListeningPartition(
            ListeningSettings settings,
            Calls pending,
            Outlet outlet,
            Clock clock,
            BooleanSupplier kafkaAnswers,
            Consumer<ListeningPartition> closed) {
        this.settings = settings;
        this.pending = pending;
        this.outlet = outlet;
        this.clock = clock;
        this.kafkaAnswers = kafkaAnswers;
        this.closed = closed;
    }

    @Override
    public Map<Topic<?>, Long> restore(List<Received<?>> newestPerKey) {
        Instant now = clock.instant();
        for (Received<?> received : newestPerKey) {
            ListeningCheckpoint checkpoint = received.of(Topics.LISTENING_STATE).value();
            if (checkpoint != null) {
                CallListening listening = new CallListening(checkpoint, settings);
                calls.put(
                        checkpoint.getCallId(),
                        new PartitionCall(listening, checkpoint.getNeededOffset(), outlet, now));
            }
        }
        return Map.of();
    }

    @Override
    public void receive(Received<?> received) {
        next = received.offset() + 1;
        AudioFrame frame = received.of(Topics.AUDIO_FRAMES).value();
        if (frame == null) {
            return;
        }
        PartitionCall call = calls.computeIfAbsent(
                frame.getCallId(),
                callId -> new PartitionCall(
                        new CallListening(callId, settings), received.offset(), outlet, clock.instant()));
        outlet.received(frame.getKind());
        Drop drop = call.listening().offer(frame, received.offset());
        if (drop != null) {
            outlet.dropped(frame.getCallId(), frame.getFrame(), drop);
            return;
        }
        call.recordCame(clock.instant());
        pending.somethingToListenTo(call.listened());
    }

    @Override
    public void tick(Instant now) {
        pending.listen();
        if (!kafkaAnswers.getAsBoolean()) {
            kafkaBack = now;
        }
        Instant lostBefore = now.minus(LOST_AFTER);
        for (PartitionCall call : calls.values()) {
            if (!call.lost()
                    && !call.listening().ended()
                    && call.lastRecord().isBefore(lostBefore)
                    && kafkaBack.isBefore(lostBefore)) {
                outlet.lost(call.listening().callId(), call.listening().nextFrame());
                call.lose();
            }
        }
    }

    @Override
    public long committable(Topic<?> topic) {
        long needed = next;
        for (PartitionCall call : calls.values()) {
            needed = Math.min(needed, call.neededOffset());
        }
        return needed;
    }

    @Override
    public void committed(Topic<?> topic, long offset) {
        calls.values().removeIf(call -> {
            boolean forgotten = call.mayBeForgotten(offset);
            if (forgotten) {
                String callId = call.listening().callId();
                pending.forget(call.listened());
                outlet.bury(Topics.LISTENING_STATE, callId, callId);
                outlet.bury(Topics.BARGE_IN, new BargeInKey(callId, BargeInWriter.CHUNKER).toString(), callId);
            }
            return forgotten;
        });
    }

    @Override
    public boolean drained() {
        return calls.values().stream().allMatch(PartitionCall::quiet);
    }

    @Override
    public void close(boolean ownershipLost) {
        for (PartitionCall call : calls.values()) {
            pending.forget(call.listened());
            call.close();
        }
        calls.clear();
        closed.accept(this);
    }

    /** How many calls are listened to; from any thread. */
    int open() {
        return (int) calls.values().stream()
                .filter(call -> !call.listening().ended() && !call.lost())
                .count();
    }
}
