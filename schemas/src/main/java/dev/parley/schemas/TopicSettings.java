package dev.parley.schemas;

import dev.parley.schemas.Topic.DealtOut;
import dev.parley.schemas.Topic.Kept;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/** What a topic is made with, and what it must hold where someone else has made it. */
record TopicSettings(
        String name, Kept kept, boolean byCall, int partitions, int maxMessageBytes, TopicOptions options) {
    private static final Duration SEGMENT_OF_STATE = Duration.ofMinutes(10);
    private static final int SEGMENT_BYTES_OF_STATE = 16 << 20;

    static List<TopicSettings> all(TopicOptions options) {
        Stream<TopicSettings> ofRecords = Topics.ALL.stream()
                .map(t -> new TopicSettings(
                        t.name(),
                        t.kept(),
                        t.dealtOut() == DealtOut.BY_CALL,
                        options.partitionsOf(t),
                        options.maxMessageBytes(t),
                        options));
        TopicSettings deadLetters =
                new TopicSettings(Topics.DEAD_LETTERS, Kept.LONG, false, 1, options.maxMessageBytes(), options);
        return Stream.concat(ofRecords, Stream.of(deadLetters)).toList();
    }

    TopicSettings withPartitions(int count) {
        return new TopicSettings(name, kept, byCall, count, maxMessageBytes, options);
    }

    /** The settings that a new topic gets. */
    Map<String, String> config() {
        Map<String, String> config = new LinkedHashMap<>();
        config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
        switch (kept) {
            case COMPACTED -> {
                config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
                config.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, millis(options.longestOutage()));
                // Only closed segments are compacted, and what is not compacted must be read by each new owner.
                config.put(TopicConfig.SEGMENT_MS_CONFIG, millis(SEGMENT_OF_STATE));
                config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES_OF_STATE));
                config.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");
            }
            case SHORT -> {
                config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
                config.put(TopicConfig.RETENTION_MS_CONFIG, millis(options.shortRetention()));
                // Only closed segments are deleted.
                config.put(
                        TopicConfig.SEGMENT_MS_CONFIG,
                        millis(options.shortRetention().dividedBy(4)));
            }
            case LONG -> {
                config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
                config.put(TopicConfig.RETENTION_MS_CONFIG, millis(options.longRetention()));
            }
        }
        return config;
    }

    /** What is wrong with a topic of this name that has these settings; empty where it will do. */
    List<String> problems(Map<String, String> found) {
        List<String> problems = new ArrayList<>();
        List<String> policies = Arrays.stream(found.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "")
                        .split(","))
                .map(String::strip)
                .toList();
        boolean compacts = policies.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        boolean deletes = policies.contains(TopicConfig.CLEANUP_POLICY_DELETE);
        if (kept == Kept.COMPACTED) {
            if (!compacts) {
                problems.add(is(found, TopicConfig.CLEANUP_POLICY_CONFIG) + "must be compact: it holds state, of which"
                        + " the newest of each call must never be forgotten");
            }
            atLeast(
                    found,
                    TopicConfig.DELETE_RETENTION_MS_CONFIG,
                    options.longestOutage(),
                    "the longest outage",
                    problems);
            if (compacts && deletes) {
                atLeast(
                        found,
                        TopicConfig.RETENTION_MS_CONFIG,
                        options.longestOutage(),
                        "the longest outage",
                        problems);
            }
        } else {
            if (compacts) {
                problems.add(is(found, TopicConfig.CLEANUP_POLICY_CONFIG) + "must be delete: compaction would"
                        + " keep one record of each call and lose the others");
            }
            if (deletes) {
                atLeast(found, TopicConfig.RETENTION_MS_CONFIG, options.longestCall(), "the longest call", problems);
            }
        }
        long bytes = number(found, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (bytes < maxMessageBytes) {
            problems.add(is(found, TopicConfig.MAX_MESSAGE_BYTES_CONFIG) + "must be at least " + maxMessageBytes
                    + ", the largest record that this configuration allows");
        }
        return problems;
    }

    private void atLeast(
            Map<String, String> found, String setting, Duration least, String what, List<String> problems) {
        long millis = number(found, setting);
        // -1: for ever.
        if (millis >= 0 && millis < least.toMillis()) {
            problems.add(is(found, setting) + "must be at least " + least.toMillis() + ", " + what);
        }
    }

    private String is(Map<String, String> found, String setting) {
        return "topic " + name + " has " + setting + "=" + found.get(setting) + ", ";
    }

    private static long number(Map<String, String> found, String setting) {
        return Long.parseLong(found.getOrDefault(setting, "-1"));
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
