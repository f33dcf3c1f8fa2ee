package dev.parley.runtime.kafka;

import dev.parley.runtime.Metrics;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits what the work says is done: about every second, and at once what is handed over. On the loop's thread. */
final class OffsetCommits {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** So long a commit may take that is waited for. */
    static final Duration WITHIN = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Metrics metrics;
    private final String group;
    private final Map<String, Topic<?>> topics;
    private final Map<Integer, OwnedPartition> partitions;
    private boolean underWay;
    private Instant next = Instant.now().plus(INTERVAL);

    /** @param partitions what is owned, as it changes */
    OffsetCommits(
            KafkaConsumer<byte[], byte[]> consumer,
            Metrics metrics,
            String group,
            Map<String, Topic<?>> topics,
            Map<Integer, OwnedPartition> partitions) {
        this.consumer = consumer;
        this.metrics = metrics;
        this.group = group;
        this.topics = topics;
        this.partitions = partitions;
    }

    void commitWhenDue() {
        var now = Instant.now();
        if (underWay || now.isBefore(next)) {
            return;
        }
        next = now.plus(INTERVAL);
        var offsets = toCommit(partitions.values());
        if (!offsets.isEmpty()) {
            underWay = true;
            consumer.commitAsync(offsets, (committed, failure) -> {
                underWay = false;
                if (failure == null) {
                    committed(committed);
                } else {
                    commitFailed(failure);
                }
            });
        }
    }

    void commitNow(Collection<OwnedPartition> ending) {
        var offsets = toCommit(ending);
        if (offsets.isEmpty()) {
            return;
        }
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                consumer.commitSync(offsets, WITHIN);
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
        metrics.counter(KafkaMeter.COMMIT_FAILED, "group", group).increment();
        LOG.atWarn()
                .addKeyValue("group", group)
                .addKeyValue("reason", failure.toString())
                .log("Offsets not committed");
    }
}
