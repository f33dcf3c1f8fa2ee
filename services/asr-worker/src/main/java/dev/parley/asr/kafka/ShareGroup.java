package dev.parley.asr.kafka;

import dev.parley.runtime.Unavailable;
import dev.parley.runtime.kafka.KafkaConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up the share group on the brokers, where its settings live: from the beginning of the queue (not its end, as by default), and a worker that is gone is
 * noticed in seconds. Each worker does so at its start; doing it twice changes nothing.
 */
final class ShareGroup {
    /** How long a chunk is a worker's without a sign of life; a worker that freezes costs the caller this long. */
    static final Duration LOCK = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);
    private static final Map<String, String> NEEDED = Map.of("share.auto.offset.reset", "earliest");
    private static final Map<String, String> WISHED = wished();

    private ShareGroup() {}

    private static Map<String, String> wished() {
        Map<String, String> wished = new LinkedHashMap<>();
        wished.put("share.record.lock.duration.ms", Long.toString(LOCK.toMillis()));
        // First: a session must be longer than the heartbeat's interval, which is 5 s by default.
        wished.put("share.heartbeat.interval.ms", "1000");
        wished.put("share.session.timeout.ms", "3000");
        wished.put("share.assignment.interval.ms", "0");
        return wished;
    }

    /**
     * Sets what the group needs and, as far as the brokers allow it, what makes it quick.
     *
     * @throws Unavailable when these brokers have no share groups, or do not answer
     */
    static void ensure(KafkaConnection connection, String group) {
        try {
            FinalizedVersionRange version = connection
                    .admin()
                    .describeFeatures()
                    .featureMetadata()
                    .get(10, TimeUnit.SECONDS)
                    .finalizedFeatures()
                    .get("share.version");
            if (version == null || version.maxVersionLevel() < 1) {
                throw noShareGroups(connection, null);
            }
            set(connection, group, NEEDED);
        } catch (ExecutionException e) {
            throw noShareGroups(connection, e.getCause());
        } catch (TimeoutException e) {
            throw new Unavailable(
                    "Kafka does not answer at " + connection.bootstrap() + " (KAFKA_BOOTSTRAP_SERVERS).", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("Interrupted while waiting for Kafka", e);
        }
        WISHED.forEach((key, value) -> wish(connection, group, key, value));
    }

    private static void wish(KafkaConnection connection, String group, String key, String value) {
        try {
            set(connection, group, Map.of(key, value));
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            LOG.atWarn()
                    .addKeyValue("group", group)
                    .addKeyValue("reason", cause.getMessage())
                    .log(
                            "Kafka does not allow " + key + "=" + value
                                    + " for this group, so chunks of a lost worker wait longer. Lower the group.share.min.* settings of the brokers");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void set(KafkaConnection connection, String group, Map<String, String> settings)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<AlterConfigOp> changes = settings.entrySet().stream()
                .map(setting -> new AlterConfigOp(
                        new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        connection
                .admin()
                .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), changes))
                .all()
                .get(10, TimeUnit.SECONDS);
    }

    private static Unavailable noShareGroups(KafkaConnection connection, @Nullable Throwable cause) {
        String message = "Kafka at " + connection.bootstrap()
                + " has no share groups (Kafka 4.2 or later has them, with the feature share.version 1"
                + (cause == null ? "" : "; it says: " + cause.getMessage())
                + "). Set ASR_QUEUE=group to work without.";
        return cause == null ? new Unavailable(message) : new Unavailable(message, cause);
    }
}
