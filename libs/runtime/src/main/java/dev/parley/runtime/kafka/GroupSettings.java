package dev.parley.runtime.kafka;

import dev.parley.runtime.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a dead owner of partitions is noticed in about three seconds: in the consumer protocol the session time-out is a setting of the group, bounded by one
 * of the broker, and 45 s by default. A broker that does not allow it is named with what to change; calls then wait so long after a crash.
 */
final class GroupSettings {
    static final Duration SESSION = Duration.ofSeconds(3);
    static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(GroupSettings.class);
    private static final String SESSION_KEY = "consumer.session.timeout.ms";
    private static final String HEARTBEAT_KEY = "consumer.heartbeat.interval.ms";
    private static final Duration DEFAULT_SESSION = Duration.ofSeconds(45);

    private GroupSettings() {}

    /**
     * Sets the group's time-outs where it may.
     *
     * @return the session time-out that is in force
     */
    static Duration ensure(KafkaConnection connection, String group) {
        var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        try {
            var now = sessionOf(connection, resource);
            if (now.compareTo(SESSION) <= 0) {
                return now;
            }
            List<AlterConfigOp> wanted = new ArrayList<>();
            wanted.add(set(SESSION_KEY, SESSION));
            wanted.add(set(HEARTBEAT_KEY, HEARTBEAT));
            AdminAnswer.of(connection
                    .admin()
                    .incrementalAlterConfigs(Map.of(resource, wanted))
                    .all());
            return SESSION;
        } catch (TimeoutException e) {
            throw new Unavailable(
                    "Kafka does not answer at " + connection.bootstrap() + " (KAFKA_BOOTSTRAP_SERVERS).", e);
        } catch (ApiException e) {
            LOG.atWarn()
                    .addKeyValue("group", group)
                    .addKeyValue("reason", e.getMessage())
                    .log("Kafka does not allow a session time-out of " + SESSION.toMillis()
                            + " ms for this group: a crash of its owner is noticed late. On the brokers, set"
                            + " group.consumer.min.session.timeout.ms=" + SESSION.toMillis()
                            + " and group.consumer.min.heartbeat.interval.ms=" + HEARTBEAT.toMillis() + ", or lower");
            return DEFAULT_SESSION;
        }
    }

    private static Duration sessionOf(KafkaConnection connection, ConfigResource group) {
        var configs = AdminAnswer.of(
                connection.admin().describeConfigs(List.of(group)).all());
        @Nullable Config config = configs.get(group);
        @Nullable ConfigEntry entry = config == null ? null : config.get(SESSION_KEY);
        return entry == null ? DEFAULT_SESSION : Duration.ofMillis(Long.parseLong(entry.value()));
    }

    private static AlterConfigOp set(String key, Duration value) {
        return new AlterConfigOp(new ConfigEntry(key, Long.toString(value.toMillis())), AlterConfigOp.OpType.SET);
    }
}
