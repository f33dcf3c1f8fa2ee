package dev.parley.runtime.kafka;

import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.Settings;
import dev.parley.schemas.Partitions;
import dev.parley.schemas.Topic;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with all topics, and a connection to it. */
final class LoopStand implements AutoCloseable {
    static final int PARTITIONS = 4;

    final EmbeddedKafka broker;
    final Metrics metrics = Metrics.inMemory();
    final KafkaConnection kafka;

    LoopStand(Path folder) throws Exception {
        broker = EmbeddedKafka.start(folder);
        kafka = connect(broker.bootstrapServers(), metrics);
        kafka.awaitTopics(() -> true);
    }

    static KafkaConnection connect(String bootstrap, Metrics metrics) {
        return KafkaConnection.open(
                Settings.from(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        bootstrap,
                        "SCHEMA_REGISTRY_URL",
                        "mock://loop",
                        "TOPIC_PARTITIONS",
                        Integer.toString(PARTITIONS))),
                metrics);
    }

    /** Writes an event of a call that carries a number; acknowledged when this returns. */
    void write(Topic<CallEvent> topic, String callId, long number) throws Exception {
        kafka.publisher(PublishProfile.LIVE)
                .publish(topic, callId, event(callId, number))
                .get(30, TimeUnit.SECONDS);
    }

    /** Writes bytes as they are. */
    void writeRaw(String topic, int partition, String key, byte[] value) throws Exception {
        Map<String, Object> config = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    static CallEvent event(String callId, long number) {
        return CallEvent.newBuilder()
                .setCallId(callId)
                .setType(CallEventType.DIGIT)
                .setFrame(number)
                .setAt(0)
                .build();
    }

    /** The first call id of this form that lies in a partition. */
    static String callIn(int partition) {
        return IntStream.iterate(0, n -> n + 1)
                .mapToObj(n -> "stand~" + n)
                .filter(call -> Partitions.of(call, PARTITIONS) == partition)
                .findFirst()
                .orElseThrow();
    }

    /** What a group has committed for a partition; -1 for nothing. */
    long committed(String group, String topic, int partition) throws Exception {
        var offset = kafka.admin()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(30, TimeUnit.SECONDS)
                .get(new TopicPartition(topic, partition));
        return offset == null ? -1 : offset.offset();
    }

    @Override
    public void close() {
        kafka.close();
        broker.close();
        metrics.close();
    }
}
