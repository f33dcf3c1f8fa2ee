package dev.parley.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics that are missing and refuses those that would break Parley. Existing topics are never changed. Several services
 * may do it at once.
 */
public final class TopicRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(TopicRegistry.class);
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(50);

    /** What the cluster says of a topic: how many partitions it has, and whether each has a leader. */
    private record Found(int partitions, boolean led) {
        static final Found NOTHING = new Found(0, false);

        static Found of(TopicDescription topic) {
            return new Found(
                    topic.partitions().size(),
                    topic.partitions().stream()
                            .allMatch(p -> p.leader() != null && !p.leader().isEmpty()));
        }
    }

    private final Admin admin;
    private final TopicOptions options;
    private final long deadline = System.nanoTime() + READY_WITHIN.toNanos();

    private TopicRegistry(Admin admin, TopicOptions options) {
        this.admin = admin;
        this.options = options;
    }

    /**
     * Sees to it that every topic exists, has a leader for each partition and will do. Blocks, for at most about 30 s.
     *
     * @return the number of partitions of the topics that are dealt out by call
     * @throws UnfitTopics where existing topics would break Parley, naming every difference
     * @throws KafkaException where the cluster did not answer in time or refused
     */
    public static int ensure(Admin admin, TopicOptions options) {
        return new TopicRegistry(admin, options).ensure();
    }

    private int ensure() {
        List<TopicSettings> wanted = TopicSettings.all(options);
        Set<String> existing = get(admin.listTopics().names(), "list the topics");
        // A cluster that has some of the topics has settled how many partitions the others get.
        Map<String, Found> found = describe(wanted.stream()
                .map(TopicSettings::name)
                .filter(existing::contains)
                .toList());
        int perCall = partitionsPerCall(wanted, found);
        create(wanted.stream()
                .filter(t -> !existing.contains(t.name()))
                .map(t -> t.byCall() ? t.withPartitions(perCall) : t)
                .toList());
        Map<String, Found> all = awaitLeaders(wanted);
        check(wanted, all);
        return partitionsPerCall(wanted, all);
    }

    private void create(List<TopicSettings> missing) {
        if (missing.isEmpty()) {
            return;
        }
        List<NewTopic> topics = missing.stream()
                .map(t -> new NewTopic(
                                t.name(),
                                Optional.of(t.partitions()),
                                options.replication() < 0
                                        ? Optional.empty()
                                        : Optional.of((short) options.replication()))
                        .configs(t.config()))
                .toList();
        List<String> created = new ArrayList<>();
        for (var made : admin.createTopics(topics).values().entrySet()) {
            try {
                get(made.getValue(), "create topic " + made.getKey());
                created.add(made.getKey());
            } catch (KafkaException e) {
                // Another service was quicker; whether its topic will do is looked at next.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        if (!created.isEmpty()) {
            LOG.atInfo().addKeyValue("topics", created).log("Created topics");
        }
    }

    private Map<String, Found> awaitLeaders(List<TopicSettings> wanted) {
        List<String> names = wanted.stream().map(TopicSettings::name).toList();
        while (true) {
            Map<String, Found> found = describe(names);
            List<String> notReady = names.stream()
                    .filter(n -> !found.getOrDefault(n, Found.NOTHING).led())
                    .toList();
            if (notReady.isEmpty()) {
                return found;
            }
            if (System.nanoTime() > deadline) {
                throw new KafkaException("After " + READY_WITHIN.toSeconds() + " s these topics have still no leader"
                        + " for each partition: " + notReady + ". Are enough brokers up?");
            }
            pause();
        }
    }

    private void check(List<TopicSettings> wanted, Map<String, Found> found) {
        List<String> problems = new ArrayList<>();
        Map<Integer, List<String>> byCount = wanted.stream()
                .filter(TopicSettings::byCall)
                .map(TopicSettings::name)
                .collect(Collectors.groupingBy(
                        n -> found.getOrDefault(n, Found.NOTHING).partitions(), TreeMap::new, Collectors.toList()));
        if (byCount.size() > 1) {
            problems.add("topics that are read together must have the same number of partitions, but: "
                    + byCount.entrySet().stream()
                            .map(e -> e.getValue() + " have " + e.getKey())
                            .collect(Collectors.joining("; ")));
        }
        Map<String, Map<String, String>> settings = settings(found.keySet());
        for (TopicSettings topic : wanted) {
            problems.addAll(topic.problems(settings.getOrDefault(topic.name(), Map.of())));
        }
        if (!problems.isEmpty()) {
            throw new UnfitTopics(problems);
        }
    }

    private int partitionsPerCall(List<TopicSettings> wanted, Map<String, Found> found) {
        return wanted.stream()
                .filter(TopicSettings::byCall)
                .mapToInt(t -> found.getOrDefault(t.name(), Found.NOTHING).partitions())
                .filter(count -> count > 0)
                .findFirst()
                .orElse(options.partitions());
    }

    private Map<String, Found> describe(Collection<String> names) {
        Map<String, Found> found = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, description) -> {
            try {
                found.put(name, Found.of(get(description, "describe topic " + name)));
            } catch (KafkaException e) {
                // A broker may not have heard yet of a topic that was just made.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        });
        return found;
    }

    private Map<String, Map<String, String>> settings(Collection<String> names) {
        List<ConfigResource> resources = names.stream()
                .map(n -> new ConfigResource(ConfigResource.Type.TOPIC, n))
                .toList();
        Map<String, Map<String, String>> settings = new HashMap<>();
        get(admin.describeConfigs(resources).all(), "describe the topics' settings")
                .forEach((resource, config) -> settings.put(
                        resource.name(),
                        config.entries().stream()
                                .filter(e -> e.value() != null)
                                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value))));
        return settings;
    }

    private <V> V get(KafkaFuture<V> future, String what) {
        try {
            return future.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaException("Cannot " + what + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new KafkaException("Cannot " + what + ": no answer in " + READY_WITHIN.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while trying to " + what, e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_AFTER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while waiting for topics", e);
        }
    }
}
