package dev.parley.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedKafkaTest {
    @TempDir
    static Path folder;

    static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(folder);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void recordsAndPortSurviveARestart() throws Exception {
        String address = kafka.bootstrapServers();
        create("survives");
        try (Producer<String, String> producer = producer()) {
            producer.send(new ProducerRecord<>("survives", "before")).get(10, TimeUnit.SECONDS);

            kafka.stop();
            // Beside this thread: send() itself may block while the producer cannot learn of the topic.
            var duringTheOutage = CompletableFuture.supplyAsync(
                    () -> producer.send(new ProducerRecord<>("survives", "during")), Thread::startVirtualThread);
            assertThat(kafka.running()).isFalse();
            kafka.restart();

            duringTheOutage.get(20, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);
        }
        assertThat(kafka.bootstrapServers()).isEqualTo(address);
        try (Consumer<String, String> consumer = consumer("survivors")) {
            consumer.subscribe(List.of("survives"));
            assertThat(readTwo(consumer)).containsExactly("before", "during");
        }
    }

    @Test
    void aGroupMemberWhoseProcessIsKilledIsReplacedInAboutThreeSeconds() throws Exception {
        create("owned");
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        kafka.bootstrapServers())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = owner.inputReader();
                Consumer<String, String> heir = consumer("owners")) {
            assertThat(said.readLine()).isEqualTo("owned-0");
            heir.subscribe(List.of("owned"));
            await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(5)).until(() -> {
                heir.poll(Duration.ofMillis(50));
                return heir.groupMetadata().generationId() > 0;
            });

            owner.destroyForcibly();
            long killedAt = System.nanoTime();

            await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(10)).until(() -> {
                heir.poll(Duration.ofMillis(50));
                return !heir.assignment().isEmpty();
            });
            assertThat(Duration.ofNanos(System.nanoTime() - killedAt)).isLessThan(Duration.ofMillis(4500));
        } finally {
            owner.destroyForcibly();
        }
    }

    /** The process that is killed: owns the partition, says so, and goes on. */
    static final class Owner {
        public static void main(String[] args) {
            try (Consumer<String, String> consumer = consumer(args[0], "owners")) {
                consumer.subscribe(List.of("owned"));
                boolean told = false;
                while (true) {
                    consumer.poll(Duration.ofMillis(50));
                    if (!told && !consumer.assignment().isEmpty()) {
                        System.out.println(consumer.assignment().iterator().next());
                        told = true;
                    }
                }
            }
        }
    }

    @Test
    void shareGroupsWork() throws Exception {
        create("queue");
        try (Admin admin = admin();
                Producer<String, String> producer = producer();
                ShareConsumer<String, String> worker = new KafkaShareConsumer<>(Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        "workers",
                        "key.deserializer",
                        StringDeserializer.class,
                        "value.deserializer",
                        StringDeserializer.class))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, "workers"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get(10, TimeUnit.SECONDS);
            producer.send(new ProducerRecord<>("queue", "work")).get(10, TimeUnit.SECONDS);
            worker.subscribe(List.of("queue"));

            List<String> got = new ArrayList<>();
            await().atMost(Duration.ofSeconds(15)).until(() -> {
                worker.poll(Duration.ofMillis(50)).forEach(r -> got.add(r.value()));
                return !got.isEmpty();
            });

            assertThat(got).containsExactly("work");
        }
    }

    private static List<String> readTwo(Consumer<String, String> consumer) {
        List<String> got = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            consumer.poll(Duration.ofMillis(50)).forEach(r -> got.add(r.value()));
            return got.size() >= 2;
        });
        return got;
    }

    private static void create(String topic) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(10, TimeUnit.SECONDS);
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static Producer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 0),
                new StringSerializer(),
                new StringSerializer());
    }

    private static Consumer<String, String> consumer(String group) {
        return consumer(kafka.bootstrapServers(), group);
    }

    private static Consumer<String, String> consumer(String bootstrapServers, String group) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        group,
                        "group.protocol",
                        "consumer",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
