package dev.parley.runtime.kafka;

import dev.parley.runtime.Unavailable;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works through the partitions of several co-partitioned topics as a member of one group, on one thread: the same partition number of all topics has one owner, and
 * one {@link PartitionWork}.
 *
 * <p>A partition number begins when all its siblings are owned, the state topic's partition has been read to its end and the control topic likewise; until then it is
 * paused. Offsets that the work says are {@link PartitionWork#committable} are committed about every second, and at once when a partition is handed over. A partition
 * that was lost is closed without a commit.
 *
 * <p>What cannot be read, and what {@link PartitionWork#receive} throws at, goes to the dead letters and is passed over; its offset is not committed before the letter
 * is written. While the schema registry cannot be asked, the partition in question waits. While Kafka is away the loop goes on ticking. Any other exception is a
 * {@link #fault}: the loop ends without a commit and {@link #live} is false; the process is to be ended and started anew.
 */
public final class PartitionLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionLoop.class);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration COMMIT_WITHIN = Duration.ofSeconds(5);
    private static final Duration STALL = Duration.ofMillis(500);
    private static final Duration STUCK = Duration.ofSeconds(30);

    private final KafkaConnection connection;
    private final String group;
    private final Map<String, Topic<?>> topics;
    private final IntFunction<PartitionWork> maker;
    private final Duration drain;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final StateReader stateReader;
    private final @Nullable TopicTail<?> control;
    private final LoopTasks tasks = new LoopTasks();
    private final TreeMap<Integer, OwnedPartition> partitions = new TreeMap<>();
    private final Map<TopicPartition, Instant> stalled = new HashMap<>();
    private final Heartbeats heartbeats;
    private final Duration sessionTimeout;
    private final Thread thread;

    private boolean controlRead;
    private boolean commitUnderWay;
    private Instant nextCommit = Instant.now().plus(COMMIT_INTERVAL);
    private Instant lastTick = Instant.now();
    private volatile boolean polling;
    private volatile boolean closing;
    private volatile Instant lastStep = Instant.now();
    private volatile @Nullable Throwable fault;
    private volatile int running;

    private PartitionLoop(Builder builder) {
        this.connection = builder.connection;
        this.group = builder.group;
        this.topics = builder.topics;
        this.maker = Objects.requireNonNull(builder.maker, "work(…) is missing");
        this.drain = builder.drain;
        checkSiblings();
        this.sessionTimeout = GroupSettings.ensure(connection, group);
        this.consumer = connection.consumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG, group,
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer",
                ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range"));
        this.heartbeats = new Heartbeats(consumer);
        this.stateReader = new StateReader(connection, group, builder.state);
        this.thread = Thread.ofPlatform().name("loop-" + group).daemon().unstarted(this::run);
        this.control = builder.control == null ? null : builder.control.start(this);
        connection.metrics().gauge(KafkaMeter.OWNED, () -> running, "group", group);
    }

    /** Begins to describe a loop. */
    public static Builder builder(KafkaConnection connection, String group) {
        return new Builder(connection, group);
    }

    /** Describes a loop: which topics it reads, and who does the work. */
    public static final class Builder {
        private interface Control {
            TopicTail<?> start(PartitionLoop loop);
        }

        private final KafkaConnection connection;
        private final String group;
        private final Map<String, Topic<?>> topics = new TreeMap<>();
        private @Nullable Topic<?> state;
        private @Nullable Control control;
        private @Nullable IntFunction<PartitionWork> maker;
        private Duration drain = Duration.ofSeconds(10);

        private Builder(KafkaConnection connection, String group) {
            this.connection = connection;
            this.group = group;
        }

        /** The topics that are read; all have the same number of partitions. */
        public Builder read(Topic<?>... read) {
            for (var topic : read) {
                topics.put(topic.name(), topic);
            }
            return this;
        }

        /** The compacted topic from which {@link PartitionWork#restore} is given what the last owner knew. */
        public Builder state(Topic<?> topic) {
            state = topic;
            return this;
        }

        /** A topic of which this process sees every record, whoever owns the call: to its end before any work begins, then as they come. On the loop's thread. */
        public <T extends SpecificRecord> Builder control(Topic<T> topic, Consumer<Received<T>> listener) {
            control = loop -> {
                var tail = TopicTail.start(
                        loop.connection,
                        topic,
                        TopicTail.From.BEGINNING,
                        record -> loop.execute(() -> listener.accept(record)));
                var _ = tail.caughtUp().thenRun(() -> loop.execute(() -> loop.controlRead = true));
                return tail;
            };
            return this;
        }

        /** Makes the work of a partition number, on the loop's thread. */
        public Builder work(IntFunction<PartitionWork> maker) {
            this.maker = maker;
            return this;
        }

        /** How long {@link PartitionLoop#close} waits for work to be {@link PartitionWork#drained}; 10 s if not said. */
        public Builder drainWithin(Duration drain) {
            this.drain = drain;
            return this;
        }

        /**
         * Joins the group and begins.
         *
         * @throws Unavailable when Kafka does not answer, or has not the topics as they must be
         */
        public PartitionLoop start() {
            var loop = new PartitionLoop(this);
            loop.thread.start();
            return loop;
        }
    }

    /**
     * Has something done on the loop's thread, soon and in the order of asking; from any thread, the loop's own included. Waits where 10,000 tasks wait already. What it
     * throws is a fault. After the end nothing is done.
     */
    public void execute(Runnable task) {
        if (Thread.currentThread() == thread) {
            tasks.addOwn(task);
        } else if (tasks.add(task) && polling) {
            consumer.wakeup();
        }
    }

    /**
     * When Kafka last confirmed that this process is a member of the group: what is owned is owned for {@link #sessionTimeout} from then, whatever happens. A process
     * that was frozen finds this long past.
     */
    public Instant lastHeartbeat() {
        return heartbeats.lastConfirmed();
    }

    /** How long after its last heartbeat a member is taken for dead. */
    public Duration sessionTimeout() {
        return sessionTimeout;
    }

    /** Whether it makes progress: no fault, and not stuck for 30 s. */
    public boolean live() {
        return fault == null && (closing || (thread.isAlive() && Instant.now().isBefore(lastStep.plus(STUCK))));
    }

    /** What ended the loop, where it was not {@link #close}. */
    public Optional<Throwable> fault() {
        return Optional.ofNullable(fault);
    }

    /** Why it cannot take work; empty when it can, were it only given partitions. */
    public Optional<String> notReadyBecause() {
        if (closing) {
            return Optional.of("closing");
        }
        var cause = fault;
        if (cause != null) {
            return Optional.of("fault: " + cause);
        }
        if (lastHeartbeat().equals(Instant.MIN)) {
            return Optional.of("not yet a member of group " + group);
        }
        if (Instant.now().isAfter(lastHeartbeat().plus(sessionTimeout.multipliedBy(2)))) {
            return Optional.of("no heartbeat from Kafka at " + connection.bootstrap() + " since " + lastHeartbeat());
        }
        return Optional.empty();
    }

    /** How many partition numbers are being worked on. */
    public int running() {
        return running;
    }

    /** No more records; waits for the work to be drained, commits, hands the partitions over, and leaves the group. */
    @Override
    public void close() {
        closing = true;
        if (polling) {
            consumer.wakeup();
        }
        try {
            thread.join(drain.plus(COMMIT_WITHIN).plusSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- The loop's thread

    private void run() {
        try {
            controlRead |= control == null;
            consumer.subscribe(topics.keySet(), new Rebalances());
            while (!closing) {
                step();
            }
            drain();
            handOver(partitions.values(), false);
        } catch (RuntimeException | Error e) {
            fault = e instanceof UnsupportedVersionException
                    ? new Unavailable(
                            "Kafka at " + connection.bootstrap()
                                    + " does not know the consumer group protocol (KIP-848): Kafka 4.0 or later is needed.",
                            e)
                    : e;
            LOG.atError().setCause(fault).addKeyValue("group", group).log("Loop ended by a fault");
        } finally {
            end();
        }
    }

    private void end() {
        tasks.end();
        running = 0;
        stateReader.close();
        if (control != null) {
            control.close();
        }
        partitions.clear(); // After a fault nothing is committed, and its work is told nothing more.
        try {
            consumer.close(CloseOptions.timeout(COMMIT_WITHIN));
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("group", group)
                    .addKeyValue("reason", e.toString())
                    .log("Group not left");
        }
    }

    private void step() {
        var records = poll();
        lastStep = Instant.now();
        heartbeats.sample(lastStep);
        resumeStalled(lastStep);
        deliver(records);
        partitions.values().forEach(owned -> owned.lookWhetherCaughtUp(this::position));
        tasks.run();
        beginComplete();
        tick();
        commitWhenDue();
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        polling = true;
        try {
            // Whoever adds a task from here on wakes the consumer; what was added before is seen here.
            return consumer.poll(tasks.isEmpty() && !closing ? untilTick() : Duration.ZERO);
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        } catch (RetriableException e) {
            LOG.atWarn()
                    .addKeyValue("group", group)
                    .addKeyValue("reason", e.toString())
                    .log("Poll failed");
            LockSupport.parkNanos(TICK.toNanos());
            return ConsumerRecords.empty();
        } finally {
            polling = false;
        }
    }

    /** How far a partition has been read; -1 while that is not known. */
    private long position(TopicPartition partition) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (WakeupException | TimeoutException e) {
            return -1;
        }
    }

    private Duration untilTick() {
        var left = Duration.between(Instant.now(), lastTick.plus(TICK));
        return left.isNegative() ? Duration.ZERO : left.compareTo(TICK) > 0 ? TICK : left;
    }

    private void deliver(ConsumerRecords<byte[], byte[]> records) {
        for (var partition : records.partitions()) {
            @Nullable OwnedPartition owned = partitions.get(partition.partition());
            var topic = Objects.requireNonNull(topics.get(partition.topic()));
            for (var raw : records.records(partition)) {
                if (owned == null || owned.work() == null || !give(owned, topic, raw)) {
                    break;
                }
                if (Instant.now().isAfter(lastTick.plus(TICK))) {
                    tasks.run();
                    tick();
                }
            }
        }
    }

    /** Gives a record to the work. False: no more of this partition now. */
    private boolean give(OwnedPartition owned, Topic<?> topic, ConsumerRecord<byte[], byte[]> raw) {
        Received<?> record;
        try {
            record = connection.reader().read(topic, raw);
        } catch (SerializationException e) {
            if (RecordReader.mayBeReadLater(e)) {
                stall(owned.partition(topic), raw.offset(), e);
                return false;
            }
            setAside(owned, topic, raw, String.valueOf(e.getMessage()));
            return true;
        }
        try {
            Objects.requireNonNull(owned.work()).receive(record);
            owned.given(topic, raw.offset());
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("topic", topic)
                    .addKeyValue("partition", raw.partition())
                    .addKeyValue("offset", raw.offset())
                    .log("Work failed at a record");
            setAside(owned, topic, raw, "The work on it failed: " + e);
        }
        return true;
    }

    private void setAside(OwnedPartition owned, Topic<?> topic, ConsumerRecord<byte[], byte[]> raw, String reason) {
        owned.setAside(topic, raw.offset());
        var _ = connection
                .deadLetters()
                .put(raw, reason)
                .thenRun(() -> execute(() -> owned.deadLetterWritten(topic, raw.offset())));
    }

    private void stall(TopicPartition partition, long offset, Exception why) {
        LOG.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("reason", why.toString())
                .log("Reading waits");
        connection
                .metrics()
                .counter(KafkaMeter.STALLED, "topic", partition.topic())
                .increment();
        consumer.seek(partition, offset);
        consumer.pause(Set.of(partition));
        stalled.put(partition, Instant.now().plus(STALL));
    }

    private void resumeStalled(Instant now) {
        stalled.entrySet().removeIf(entry -> {
            boolean due = now.isAfter(entry.getValue());
            if (due && consumer.assignment().contains(entry.getKey())) {
                consumer.resume(Set.of(entry.getKey()));
            }
            return due;
        });
    }

    private void tick() {
        lastTick = Instant.now();
        for (var owned : partitions.values()) {
            @Nullable PartitionWork work = owned.work();
            if (work != null) {
                work.tick(lastTick);
            }
        }
    }

    // ---- Beginning and ending

    private void beginComplete() {
        if (!controlRead) {
            return;
        }
        Map<Integer, OwnedPartition> beginning = new TreeMap<>();
        Set<TopicPartition> all = new HashSet<>();
        for (var owned : partitions.values()) {
            if (owned.mayBegin()) {
                owned.restoring();
                beginning.put(owned.number, owned);
                all.addAll(owned.siblingsOwned());
            }
        }
        if (!beginning.isEmpty()) {
            stateReader.read(
                    beginning.keySet(),
                    all,
                    found -> execute(() -> begin(beginning.values(), found)),
                    failure -> execute(() -> {
                        throw new KafkaException("The state of group " + group + " cannot be read", failure);
                    }));
        }
    }

    private void begin(Collection<OwnedPartition> restored, StateReader.Found found) {
        var stillOwned = restored.stream()
                .filter(owned -> owned.isRestoring() && partitions.get(owned.number) == owned)
                .toList(); // The others were revoked meanwhile.
        stillOwned.forEach(owned -> begin(owned, found));
        countRunning();
        tell("Partitions begin", stillOwned.stream().map(owned -> owned.number).toList(), false);
    }

    private void begin(OwnedPartition owned, StateReader.Found found) {
        var work = maker.apply(owned.number);
        owned.begin(work);
        var offsets = work.restore(found.records().getOrDefault(owned.number, List.of()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (var topic : topics.values()) {
            var partition = owned.partition(topic);
            @Nullable Long wanted = offsets.get(topic);
            @Nullable Long from = wanted != null ? wanted : found.committed().get(partition);
            long begin = found.begins().getOrDefault(partition, 0L);
            long start = from == null ? begin : Math.max(from, begin);
            consumer.seek(partition, start);
            owned.startsAt(topic, start);
            ends.put(partition, found.ends().getOrDefault(partition, 0L));
        }
        consumer.resume(owned.siblingsOwned());
        owned.catchesUpTo(ends);
    }

    /** One line for all partitions that one assignment began or ended. */
    private void tell(String what, List<Integer> numbers, boolean lost) {
        if (!numbers.isEmpty()) {
            LOG.atInfo()
                    .addKeyValue("group", group)
                    .addKeyValue("partitions", numbers)
                    .addKeyValue("lost", lost)
                    .log(what);
        }
    }

    private void handOver(Collection<OwnedPartition> ending, boolean lost) {
        if (!lost) {
            commitNow(ending);
        }
        List<Integer> ended = new ArrayList<>();
        for (var owned : ending) {
            @Nullable PartitionWork work = owned.end();
            if (work != null) {
                work.close(lost);
                ended.add(owned.number);
            }
        }
        countRunning();
        tell("Partitions end", ended, lost);
    }

    private void drain() {
        consumer.pause(consumer.assignment());
        var deadline = Instant.now().plus(drain);
        while (Instant.now().isBefore(deadline) && !drained()) {
            poll();
            tasks.run();
            tick();
            commitWhenDue();
        }
    }

    private boolean drained() {
        return partitions.values().stream().map(OwnedPartition::work).allMatch(work -> work == null || work.drained());
    }

    private void countRunning() {
        running = (int) partitions.values().stream()
                .filter(owned -> owned.work() != null)
                .count();
    }

    // ---- Offsets

    private void commitWhenDue() {
        var now = Instant.now();
        if (commitUnderWay || now.isBefore(nextCommit)) {
            return;
        }
        nextCommit = now.plus(COMMIT_INTERVAL);
        var offsets = toCommit(partitions.values());
        if (!offsets.isEmpty()) {
            commitUnderWay = true;
            consumer.commitAsync(offsets, (committed, failure) -> {
                commitUnderWay = false;
                if (failure == null) {
                    committed(committed);
                } else {
                    commitFailed(failure);
                }
            });
        }
    }

    private void commitNow(Collection<OwnedPartition> ending) {
        var offsets = toCommit(ending);
        if (offsets.isEmpty()) {
            return;
        }
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                consumer.commitSync(offsets, COMMIT_WITHIN);
                committed(offsets);
                return;
            } catch (WakeupException e) {
                LOG.atTrace().log("A task came while offsets were committed");
            } catch (CommitFailedException | RetriableException e) {
                commitFailed(e);
                return;
            }
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> toCommit(Collection<OwnedPartition> from) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        from.forEach(owned -> offsets.putAll(owned.toCommit()));
        return offsets;
    }

    private void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            @Nullable OwnedPartition owned = partitions.get(partition.partition());
            if (owned != null) {
                owned.committed(Objects.requireNonNull(topics.get(partition.topic())), offset.offset());
            }
        });
    }

    private void commitFailed(Exception failure) {
        connection.metrics().counter(KafkaMeter.COMMIT_FAILED, "group", group).increment();
        LOG.atWarn()
                .addKeyValue("group", group)
                .addKeyValue("reason", failure.toString())
                .log("Offsets not committed");
    }

    private void checkSiblings() {
        var counts = connection.partitionCounts(topics.values());
        if (Set.copyOf(counts.values()).size() > 1) {
            throw new Unavailable("Topics that belong together have different numbers of partitions: " + counts
                    + ". Make them anew with the same number (TOPIC_PARTITIONS).");
        }
    }

    /** Called by the consumer, within a poll or its end. */
    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            consumer.pause(assigned);
            for (var partition : assigned) {
                partitions
                        .computeIfAbsent(
                                partition.partition(),
                                number -> new OwnedPartition(number, List.copyOf(topics.values())))
                        .own(Objects.requireNonNull(topics.get(partition.topic())));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            take(revoked, false);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            connection
                    .metrics()
                    .counter(KafkaMeter.LOST, "group", group)
                    .increment(numbers(lost).size());
            take(lost, true);
        }

        private void take(Collection<TopicPartition> taken, boolean lost) {
            List<OwnedPartition> ending = new ArrayList<>();
            for (int number : numbers(taken)) {
                @Nullable OwnedPartition owned = partitions.get(number);
                if (owned != null) {
                    ending.add(owned);
                }
            }
            handOver(ending, lost);
            for (var partition : taken) {
                stalled.remove(partition);
                @Nullable OwnedPartition owned = partitions.get(partition.partition());
                if (owned != null) {
                    owned.disown(Objects.requireNonNull(topics.get(partition.topic())));
                }
            }
            for (var owned : ending) {
                if (owned.ownsNothing()) {
                    partitions.remove(owned.number);
                } else {
                    consumer.pause(owned.siblingsOwned());
                }
            }
        }

        private Set<Integer> numbers(Collection<TopicPartition> of) {
            return of.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
