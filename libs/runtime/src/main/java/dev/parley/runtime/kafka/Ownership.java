package dev.parley.runtime.kafka;

import dev.parley.schemas.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partition numbers this process owns: the consumer tells it, within a poll or its end. A number begins when all its siblings are owned and its state has been
 * read; until then it is paused. All on the loop's thread; {@link #running} may be asked by any.
 */
final class Ownership implements ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    private final KafkaConnection connection;
    private final String group;
    private final Map<String, Topic<?>> topics;
    private final IntFunction<PartitionWork> maker;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final StateReader stateReader;
    private final RecordDelivery delivery;
    private final Executor loop;
    private final TreeMap<Integer, OwnedPartition> partitions = new TreeMap<>();
    private final OffsetCommits commits;
    private volatile int running;

    /**
     * @param topics by name
     * @param maker makes the work of a partition number
     */
    Ownership(
            KafkaConnection connection,
            String group,
            Map<String, Topic<?>> topics,
            IntFunction<PartitionWork> maker,
            KafkaConsumer<byte[], byte[]> consumer,
            StateReader stateReader,
            RecordDelivery delivery,
            Executor loop) {
        this.connection = connection;
        this.group = group;
        this.topics = topics;
        this.maker = maker;
        this.consumer = consumer;
        this.stateReader = stateReader;
        this.delivery = delivery;
        this.loop = loop;
        this.commits = new OffsetCommits(consumer, connection.metrics(), group, topics, partitions);
    }

    /** What is owned of this number; null: nothing. */
    @Nullable
    OwnedPartition of(int number) {
        return partitions.get(number);
    }

    Collection<OwnedPartition> all() {
        return partitions.values();
    }

    /** How many partition numbers are being worked on. */
    int running() {
        return running;
    }

    /** Commits what is done, when it is time. */
    void commitWhenDue() {
        commits.commitWhenDue();
    }

    /** In good order: commits, and tells the work. */
    void handOverAll() {
        handOver(partitions.values(), false);
    }

    /** After a fault nothing is committed, and the work is told nothing more. */
    void dropAll() {
        running = 0;
        partitions.clear();
    }

    /** Whether everything that the work has begun is done. */
    boolean drained() {
        return partitions.values().stream().map(OwnedPartition::work).allMatch(work -> work == null || work.drained());
    }

    private void countRunning() {
        running = (int) partitions.values().stream()
                .filter(owned -> owned.work() != null)
                .count();
    }

    /** Begins the numbers of which everything is owned. */
    void beginComplete() {
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
                    found -> loop.execute(() -> begin(beginning.values(), found)),
                    failure -> loop.execute(() -> {
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
            commits.commitNow(ending);
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

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        consumer.pause(assigned);
        for (var partition : assigned) {
            partitions
                    .computeIfAbsent(
                            partition.partition(), number -> new OwnedPartition(number, List.copyOf(topics.values())))
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
            delivery.forget(partition);
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
