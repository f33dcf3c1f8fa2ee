package dev.parley.devstack.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.runtime.config.Settings;
import dev.parley.schemas.AvroDeserializer;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads every record of every topic, as an auditor would: from outside, without a group. The listener is called on the reading
 * thread, in the order of reading; {@link #entries()} may be called by any thread.
 */
public final class Timeline implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Entry> entries = new ArrayList<>();
    private final KafkaConsumer<String, SpecificRecord> consumer;
    private final Consumer<Entry> listener;
    private final Thread thread;

    /**
     * @param client Kafka's and the registry's client settings
     */
    public Timeline(Map<String, Object> client, Consumer<Entry> listener) {
        this(client, Topics.ALL, Instant.EPOCH, listener);
    }

    /**
     * @param client Kafka's and the registry's client settings
     * @param topics that are read
     */
    public Timeline(Map<String, Object> client, Collection<? extends Topic<?>> topics, Consumer<Entry> listener) {
        this(client, topics, Instant.EPOCH, listener);
    }

    /**
     * @param since records that were written earlier are left out
     * @param listener called on the reading thread
     */
    public static Timeline since(Instant since, Settings settings, Consumer<Entry> listener) {
        return since(since, settings, Topics.ALL, listener);
    }

    /**
     * @param since records that were written earlier are left out
     * @param topics that are read
     * @param listener called on the reading thread
     */
    public static Timeline since(
            Instant since, Settings settings, Collection<? extends Topic<?>> topics, Consumer<Entry> listener) {
        return new Timeline(client(settings), topics, since, listener);
    }

    /** What Kafka's and the registry's clients are given. */
    public static Map<String, Object> client(Settings settings) {
        Map<String, Object> client = new HashMap<>(settings.kafka());
        client.putAll(settings.schemaRegistry());
        return client;
    }

    private Timeline(
            Map<String, Object> client,
            Collection<? extends Topic<?>> topics,
            Instant since,
            Consumer<Entry> listener) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        AvroDeserializer<SpecificRecord> values = new AvroDeserializer<>();
        values.configure(config, false);
        this.listener = listener;
        consumer = new KafkaConsumer<>(config, new StringDeserializer(), values);
        List<TopicPartition> partitions = topics.stream()
                .map(Topic::name)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        seek(partitions, since);
        thread = Thread.ofPlatform().name("timeline").daemon().start(this::read);
    }

    private void seek(List<TopicPartition> partitions, Instant since) {
        if (since.equals(Instant.EPOCH)) return;
        Map<TopicPartition, Long> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, since.toEpochMilli()));
        consumer.offsetsForTimes(wanted).forEach((partition, found) -> {
            if (found == null) consumer.seekToEnd(List.of(partition));
            else consumer.seek(partition, found.offset());
        });
        // Now, not with the next poll: the end of a moment later would leave out what comes in between.
        partitions.forEach(consumer::position);
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<String, SpecificRecord> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value() != null) add(record);
                }
            }
        } catch (WakeupException e) {
            // close() asked for it
        }
    }

    private void add(ConsumerRecord<String, SpecificRecord> record) {
        Entry entry = new Entry(
                record.topic(),
                record.key(),
                number(record.value(), "frame", "firstFrame", "basedOn"),
                number(record.value(), "at"),
                record.timestamp() * 1000,
                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()),
                record.value());
        synchronized (entries) {
            entries.add(entry);
        }
        listener.accept(entry);
    }

    /** The first of these fields that the record has; -1 when it has none. */
    private static long number(SpecificRecord record, String... names) {
        for (String name : names) {
            var field = record.getSchema().getField(name);
            if (field != null && record.get(field.pos()) instanceof Number number) return number.longValue();
        }
        return -1;
    }

    /** What was read so far, in the order of the instants that caused it. */
    public List<Entry> entries() {
        synchronized (entries) {
            return entries.stream().sorted(Comparator.comparingLong(Entry::at)).toList();
        }
    }

    /** Writes a line a record; audio is told by its length. */
    public static void write(Path file, List<Entry> entries) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Entry entry : entries) {
                ObjectNode line = JSON.createObjectNode()
                        .put("topic", entry.topic())
                        .put("key", entry.key())
                        .put("frame", entry.frame())
                        .put("at", entry.at());
                line.set("value", RecordJson.of(entry.value()));
                out.write(JSON.writeValueAsString(line));
                out.newLine();
            }
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
