package dev.parley.asr.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.runtime.Metrics;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShareGroupTest {
    /** With the time-outs that a broker has where nobody sets them, and the least that docker-compose.yml allows. */
    private static final Map<String, String> AS_IT_COMES = Map.of(
            "group.share.session.timeout.ms", "45000",
            "group.share.heartbeat.interval.ms", "5000",
            "group.share.min.session.timeout.ms", "3000",
            "group.share.min.heartbeat.interval.ms", "1000",
            "group.share.min.record.lock.duration.ms", "5000");

    @Test
    void aGroupThatIsNewToABrokerGetsItsTimeOutsAtOnce(@TempDir Path folder) throws Exception {
        try (var broker = EmbeddedKafka.start(folder, AS_IT_COMES);
                var connection = KafkaConnection.open(
                        Settings.from(Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS",
                                broker.bootstrapServers(),
                                "SCHEMA_REGISTRY_URL",
                                "mock://share-group")),
                        Metrics.inMemory())) {
            ShareGroup.ensure(connection, "fresh");

            var group = new ConfigResource(ConfigResource.Type.GROUP, "fresh");
            var settings = connection
                    .admin()
                    .describeConfigs(List.of(group))
                    .all()
                    .get(30, TimeUnit.SECONDS)
                    .get(group);
            assertThat(settings.get("share.session.timeout.ms").value()).isEqualTo("3000");
            assertThat(settings.get("share.heartbeat.interval.ms").value()).isEqualTo("1000");
        }
    }
}
