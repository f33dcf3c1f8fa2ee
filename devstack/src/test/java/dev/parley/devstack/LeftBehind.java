package dev.parley.devstack;

import dev.parley.schemas.Partitions;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** What dead owners have left on the broker for their successors; to be taken away or handed out a second time while they are dead. */
final class LeftBehind implements AutoCloseable {
    /** Who reads what, of those that are to be told everything a second time. */
    private static final Map<String, List<Topic<?>>> READ = Map.of(
            "agent-prefetch",
            List.of(
                    Topics.CALL_EVENTS,
                    Topics.SPEECH_EVENTS,
                    Topics.TRANSCRIPTS,
                    Topics.REPLIES,
                    Topics.REPLY_HEARD,
                    Topics.CALL_COMMANDS),
            "tts-player",
            List.of(Topics.CALL_EVENTS, Topics.REPLIES, Topics.PLAYBACK_EVENTS));

    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final int partitions;

    LeftBehind(Map<String, Object> client) throws ExecutionException, InterruptedException {
        admin = Admin.create(client);
        producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
        partitions = admin.describeTopics(List.of(Topics.REPLIES.name()))
                .allTopicNames()
                .get()
                .get(Topics.REPLIES.name())
                .partitions()
                .size();
    }

    /** The state of a call is gone. */
    void forget(Topic<?> state, String callId) {
        get(() -> producer.send(new ProducerRecord<>(
                        state.name(), partition(callId), callId.getBytes(StandardCharsets.UTF_8), null))
                .get());
    }

    /** What was written until now on the call's partition is gone. */
    void delete(Topic<?> topic, String callId) {
        TopicPartition partition = new TopicPartition(topic.name(), partition(callId));
        get(() -> admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                .all()
                .get());
    }

    /** What the call's partitions hold comes a second time to the agent and the player, which are dead. */
    void rewind(String callId) {
        READ.forEach((group, topics) -> {
            Map<TopicPartition, OffsetAndMetadata> zero = new HashMap<>();
            topics.forEach(
                    topic -> zero.put(new TopicPartition(topic.name(), partition(callId)), new OffsetAndMetadata(0)));
            Awaitility.await(group + " has no member any more")
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> {
                        admin.alterConsumerGroupOffsets(group, zero).all().get();
                        return true;
                    });
        });
    }

    /** Waits until all that was rewound is read and committed. */
    void awaitReadAgain(String callId, Duration patience) {
        READ.forEach((group, topics) -> topics.forEach(topic -> awaitCommitted(group, topic, callId, patience)));
    }

    /** Waits until the group has committed an offset of the call's partition; all of it where nothing is written meanwhile. */
    void awaitCommitted(String group, Topic<?> topic, String callId, Duration patience) {
        TopicPartition partition = new TopicPartition(topic.name(), partition(callId));
        boolean goesOn = topic == Topics.AUDIO_FRAMES;
        long end = goesOn ? end(partition) - 60 : end(partition);
        Awaitility.await(group + " has read " + partition)
                .atMost(patience)
                .until(() -> end <= 0 || committed(group, partition) >= end);
    }

    private long end(TopicPartition partition) {
        return get(() -> admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset());
    }

    private long committed(String group, TopicPartition partition) {
        OffsetAndMetadata offset = get(() -> admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition));
        return offset == null ? -1 : offset.offset();
    }

    private int partition(String callId) {
        return Partitions.of(callId, partitions);
    }

    private interface Answer<T> {
        T get() throws ExecutionException, InterruptedException;
    }

    private static <T> T get(Answer<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
