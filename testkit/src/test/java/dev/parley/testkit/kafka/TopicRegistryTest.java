package dev.parley.testkit.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.schemas.Topic;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.schemas.Topics;
import dev.parley.schemas.UnfitTopics;
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
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class TopicRegistryTest {
    private static final TopicOptions OPTIONS = TopicOptions.DEFAULT.withPartitions(2, 1, 1);

    @TempDir
    static Path folder;

    static EmbeddedKafka kafka;
    static Admin admin;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(folder);
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        kafka.close();
    }

    @BeforeEach
    void noTopics() throws Exception {
        admin.deleteTopics(admin.listTopics().names().get(10, TimeUnit.SECONDS))
                .all()
                .get(10, TimeUnit.SECONDS);
        await().until(() -> admin.listTopics().names().get(10, TimeUnit.SECONDS).isEmpty());
    }

    @Test
    void severalServicesThatStartAtOnceMakeAllTopicsTogether() throws Exception {
        List<CompletableFuture<Integer>> services = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            services.add(CompletableFuture.supplyAsync(
                    () -> TopicRegistry.ensure(admin, OPTIONS), Thread::startVirtualThread));
        }

        for (CompletableFuture<Integer> service : services) {
            assertThat(service.get(30, TimeUnit.SECONDS)).isEqualTo(2);
        }

        assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS))
                .contains(Topics.DEAD_LETTERS)
                .containsAll(Topics.ALL.stream().map(Topic::name).toList());
        assertThat(partitions(Topics.REPLIES.name())).isEqualTo(2);
        assertThat(partitions(Topics.UTTERANCE_CHUNKS.name())).isOne();
        assertThat(setting(Topics.BARGE_IN, "cleanup.policy")).isEqualTo("compact");
        assertThat(setting(Topics.BARGE_IN, "delete.retention.ms")).isEqualTo("86400000");
        assertThat(setting(Topics.AUDIO_FRAMES, "retention.ms")).isEqualTo("21600000");
        assertThat(setting(Topics.REPLIES, "retention.ms")).isEqualTo("2592000000");
    }

    @Test
    void topicsThatDifferHarmlesslyAreLeftAsTheyAre() throws Exception {
        create("replies", 5, Map.of("retention.ms", "-1", "max.message.bytes", "9000000"));
        create("barge.in", 5, Map.of("cleanup.policy", "compact,delete", "retention.ms", "-1"));

        int partitions = TopicRegistry.ensure(admin, OPTIONS);

        assertThat(partitions).isEqualTo(5);
        assertThat(partitions("speech.events")).isEqualTo(5);
        assertThat(setting(Topics.REPLIES, "max.message.bytes")).isEqualTo("9000000");
    }

    @Test
    void topicsThatWouldBreakTheCallsAreRefusedNamingEveryDifference() throws Exception {
        create("replies", 3, Map.of("cleanup.policy", "compact"));
        create("audio.frames", 2, Map.of("retention.ms", "60000"));
        create("listening.state", 2, Map.of());
        create("barge.in", 2, Map.of("cleanup.policy", "compact", "delete.retention.ms", "1000"));
        create("utterance.chunks", 1, Map.of("max.message.bytes", "100000"));

        assertThatThrownBy(() -> TopicRegistry.ensure(admin, OPTIONS))
                .isInstanceOfSatisfying(
                        UnfitTopics.class,
                        e -> assertThat(e.problems())
                                .satisfiesExactlyInAnyOrder(
                                        p -> assertThat(p).contains("same number of partitions", "[replies] have 3"),
                                        p -> assertThat(p)
                                                .contains("replies", "cleanup.policy=compact", "must be delete"),
                                        p -> assertThat(p).contains("audio.frames", "retention.ms=60000", "3600000"),
                                        p -> assertThat(p)
                                                .contains(
                                                        "listening.state", "cleanup.policy=delete", "must be compact"),
                                        p -> assertThat(p).contains("barge.in", "delete.retention.ms=1000", "86400000"),
                                        p -> assertThat(p)
                                                .contains("utterance.chunks", "max.message.bytes=100000", "1048588")));
    }

    @Test
    void aRefusedTopicWillDoOnceItIsAltered() throws Exception {
        create("utterance.chunks", 1, Map.of());
        TopicOptions longer = OPTIONS.withLongest(Duration.ofHours(1), Duration.ofSeconds(120), Duration.ofSeconds(10));
        assertThatThrownBy(() -> TopicRegistry.ensure(admin, longer)).hasMessageContaining("max.message.bytes");

        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, "utterance.chunks"),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("max.message.bytes", "2000000"), AlterConfigOp.OpType.SET))))
                .all()
                .get(10, TimeUnit.SECONDS);
        await().until(() ->
                setting(Topics.UTTERANCE_CHUNKS, "max.message.bytes").equals("2000000"));

        assertThatCode(() -> TopicRegistry.ensure(admin, longer)).doesNotThrowAnyException();
    }

    private static void create(String topic, int partitions, Map<String, String> settings) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                .all()
                .get(10, TimeUnit.SECONDS);
        // The controller has made it; the broker hears of it a little later.
        await().until(() -> admin.listTopics().names().get(10, TimeUnit.SECONDS).contains(topic));
    }

    private static int partitions(String topic) throws Exception {
        return requireNonNull(admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(10, TimeUnit.SECONDS)
                        .get(topic))
                .partitions()
                .size();
    }

    private static String setting(Topic<?> topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        return requireNonNull(admin.describeConfigs(List.of(resource))
                        .all()
                        .get(10, TimeUnit.SECONDS)
                        .get(resource))
                .get(name)
                .value();
    }
}
