package dev.parley.runtime.kafka;

import dev.parley.runtime.Unavailable;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
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
    private static final Duration STUCK = Duration.ofSeconds(30);

    private final KafkaConnection connection;
    private final String group;
    private final Map<String, Topic<?>> topics;
    private final Duration drain;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final StateReader stateReader;
    private final @Nullable TopicTail<?> control;
    private final PollRest rest = new PollRest();
    private final LoopTasks tasks = new LoopTasks();
    private final RecordDelivery delivery;
    private final Ownership ownership;
    private final Heartbeats heartbeats;
    private final Duration sessionTimeout;
    private final Thread thread;

    private boolean controlRead;
    private Instant lastTick = Instant.now();
    private volatile boolean polling;
    private volatile boolean closing;
    private volatile Instant lastStep = Instant.now();
    private volatile @Nullable Throwable fault;

    private PartitionLoop(Builder builder) {
        this.connection = builder.connection;
        this.group = builder.group;
        this.topics = builder.topics;
        this.drain = builder.drain;
        checkSiblings();
        this.sessionTimeout = GroupSettings.ensure(connection, group);
        this.consumer = connection.consumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG, group,
                ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer",
                ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range"));
        this.heartbeats = new Heartbeats(consumer);
        this.stateReader = new StateReader(connection, group, builder.state);
        this.delivery = new RecordDelivery(connection, consumer, this::execute);
        this.ownership = new Ownership(
                connection,
                group,
                topics,
                Objects.requireNonNull(builder.maker, "work(…) is missing"),
                consumer,
                stateReader,
                delivery,
                this::execute);
        this.thread = Thread.ofPlatform().name("loop-" + group).daemon().unstarted(this::run);
        this.control = builder.control == null ? null : builder.control.start(this);
        connection.metrics().gauge(KafkaMeter.OWNED, ownership::running, "group", group);
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
        return ownership.running();
    }

    /** No more records; waits for the work to be drained, commits, hands the partitions over, and leaves the group. */
    @Override
    public void close() {
        closing = true;
        if (polling) {
            consumer.wakeup();
        }
        try {
            thread.join(drain.plus(OffsetCommits.WITHIN).plusSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- The loop's thread

    private void run() {
        try {
            controlRead |= control == null;
            consumer.subscribe(topics.keySet(), ownership);
            while (!closing) {
                step();
            }
            drain();
            ownership.handOverAll();
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
        stateReader.close();
        if (control != null) {
            control.close();
        }
        ownership.dropAll();
        try {
            consumer.close(CloseOptions.timeout(OffsetCommits.WITHIN));
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
        delivery.resumeStalled(lastStep);
        deliver(records);
        ownership.all().forEach(owned -> owned.lookWhetherCaughtUp(this::position));
        tasks.run();
        if (controlRead) {
            ownership.beginComplete();
        }
        tick();
        ownership.commitWhenDue();
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        polling = true;
        try {
            // Whoever adds a task from here on wakes the consumer; what was added before is seen here.
            return rest.poll(() -> consumer.poll(tasks.isEmpty() && !closing ? untilTick() : Duration.ZERO));
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        } catch (KafkaException e) {
            if (!PassingFailure.is(e)) {
                throw e;
            }
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
        } catch (WakeupException e) {
            return -1;
        } catch (KafkaException e) {
            if (!PassingFailure.is(e)) {
                throw e;
            }
            return -1;
        }
    }

    private Duration untilTick() {
        var left = Duration.between(Instant.now(), lastTick.plus(TICK));
        return left.isNegative() ? Duration.ZERO : left.compareTo(TICK) > 0 ? TICK : left;
    }

    private void deliver(ConsumerRecords<byte[], byte[]> records) {
        for (var partition : records.partitions()) {
            @Nullable OwnedPartition owned = ownership.of(partition.partition());
            var topic = Objects.requireNonNull(topics.get(partition.topic()));
            for (var raw : records.records(partition)) {
                if (owned == null || owned.work() == null || !delivery.give(owned, topic, raw)) {
                    break;
                }
                if (Instant.now().isAfter(lastTick.plus(TICK))) {
                    tasks.run();
                    tick();
                }
            }
        }
    }

    private void tick() {
        lastTick = Instant.now();
        for (var owned : ownership.all()) {
            @Nullable PartitionWork work = owned.work();
            if (work != null) {
                work.tick(lastTick);
            }
        }
    }

    // ---- Beginning and ending

    private void drain() {
        consumer.pause(consumer.assignment());
        var deadline = Instant.now().plus(drain);
        while (Instant.now().isBefore(deadline) && !ownership.drained()) {
            poll();
            tasks.run();
            tick();
            ownership.commitWhenDue();
        }
    }

    private void checkSiblings() {
        var counts = connection.partitionCounts(topics.values());
        if (Set.copyOf(counts.values()).size() > 1) {
            throw new Unavailable("Topics that belong together have different numbers of partitions: " + counts
                    + ". Make them anew with the same number (TOPIC_PARTITIONS).");
        }
    }
}
