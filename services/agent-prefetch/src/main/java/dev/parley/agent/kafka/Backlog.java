package dev.parley.agent.kafka;

import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.schemas.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Tells how much of a partition number was written before it was taken over and is still to be read. */
@FunctionalInterface
public interface Backlog {
    /** By topic, the offset before which everything is to be read first; topics with nothing to read are left out. Completes on any thread. */
    CompletableFuture<Map<String, Long>> toRead(int partition);

    /** As Kafka tells it, asked without blocking. */
    static Backlog of(KafkaConnection connection, String group, Collection<Topic<?>> topics) {
        return partition -> {
            List<TopicPartition> all = topics.stream()
                    .map(topic -> new TopicPartition(topic.name(), partition))
                    .toList();
            CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed = connection
                    .admin()
                    .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(all)))
                    .partitionsToOffsetAndMetadata(group)
                    .toCompletionStage()
                    .toCompletableFuture();
            CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> first =
                    offsets(connection, all, OffsetSpec.earliest());
            CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> end =
                    offsets(connection, all, OffsetSpec.latest());
            return CompletableFuture.allOf(committed, first, end).thenApply(done -> {
                Map<String, Long> toRead = new HashMap<>();
                for (TopicPartition each : all) {
                    OffsetAndMetadata from = committed.join().get(each);
                    long start = from == null ? value(first.join(), each) : from.offset();
                    if (start < value(end.join(), each)) {
                        toRead.put(each.topic(), value(end.join(), each));
                    }
                }
                return toRead;
            });
        };
    }

    private static CompletableFuture<Map<TopicPartition, ListOffsetsResultInfo>> offsets(
            KafkaConnection connection, List<TopicPartition> all, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        all.forEach(partition -> wanted.put(partition, which));
        return connection.admin().listOffsets(wanted).all().toCompletionStage().toCompletableFuture();
    }

    private static long value(Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        ListOffsetsResultInfo info = offsets.get(partition);
        return info == null ? 0 : info.offset();
    }
}
