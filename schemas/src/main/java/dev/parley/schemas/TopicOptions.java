package dev.parley.schemas;

import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.Topic.DealtOut;
import java.time.Duration;

/**
 * How topics are made, and what existing ones must hold.
 *
 * @param partitions of the topics that are dealt out by call, where none of them exists yet
 * @param queuePartitions of the work queue; 1 for a share group, more for a consumer group
 * @param replication copies of each partition; -1 leaves it to the broker's {@code default.replication.factor}
 * @param shortRetention how long sound is kept
 * @param longRetention how long everything that an audit needs is kept
 * @param longestOutage no reader of a compacted topic is away for longer, or it may miss that something was deleted
 * @param longestCall no topic may forget sooner what belongs to a call
 * @param longestChunk the most sound in one record of {@link Topics#UTTERANCE_CHUNKS} and {@link Topics#UTTERANCE_CHUNKS_EARLY}
 * @param longestSpoken the most sound in one record of {@link Topics#REPLY_AUDIO}
 */
public record TopicOptions(
        int partitions,
        int queuePartitions,
        int replication,
        Duration shortRetention,
        Duration longRetention,
        Duration longestOutage,
        Duration longestCall,
        Duration longestChunk,
        Duration longestSpoken) {

    public static final TopicOptions DEFAULT = new TopicOptions(
            24,
            1,
            -1,
            Duration.ofHours(6),
            Duration.ofDays(30),
            Duration.ofDays(1),
            Duration.ofHours(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));

    /** What Kafka allows where nobody says otherwise; every record without sound fits. */
    static final int KAFKA_DEFAULT_BYTES = 1_048_588;

    /** The bytes of a record beside its sound: its other fields, its key, headers and Kafka's framing. */
    static final int BESIDE_THE_SOUND_BYTES = 16_384;

    private static final int SOUND_BYTES_PER_SECOND = 16_000;

    public TopicOptions {
        require(partitions > 0, "partitions: at least 1, not " + partitions);
        require(queuePartitions > 0, "queue partitions: at least 1, not " + queuePartitions);
        require(replication > 0 || replication == -1, "replication: at least 1, or -1, not " + replication);
        require(
                shortRetention.compareTo(longestCall) >= 0,
                "the short retention " + shortRetention + " must not be below the longest call " + longestCall);
        require(
                longRetention.compareTo(shortRetention) >= 0,
                "the long retention " + longRetention + " must not be below the short one " + shortRetention);
        require(longestOutage.isPositive(), "the longest outage must be positive, not " + longestOutage);
        require(longestChunk.isPositive(), "the longest chunk must be positive, not " + longestChunk);
        require(longestSpoken.isPositive(), "the longest reply chunk must be positive, not " + longestSpoken);
    }

    /** These options with other numbers of partitions and copies. */
    public TopicOptions withPartitions(int ofCalls, int ofQueue, int copies) {
        return new TopicOptions(
                ofCalls,
                ofQueue,
                copies,
                shortRetention,
                longRetention,
                longestOutage,
                longestCall,
                longestChunk,
                longestSpoken);
    }

    /** These options with other largest lengths, from which the largest record sizes follow. */
    public TopicOptions withLongest(Duration call, Duration chunk, Duration spoken) {
        return new TopicOptions(
                partitions,
                queuePartitions,
                replication,
                shortRetention.compareTo(call) < 0 ? call : shortRetention,
                longRetention.compareTo(call) < 0 ? call : longRetention,
                longestOutage,
                call,
                chunk,
                spoken);
    }

    /** The largest record that a topic must take, in bytes; also what its writers need as {@code max.request.size}. */
    public int maxMessageBytes(Topic<?> topic) {
        Duration sound = topic.type() == UtteranceChunk.class
                ? longestChunk
                : topic.equals(Topics.REPLY_AUDIO) ? longestSpoken : Duration.ZERO;
        long bytes = Math.multiplyExact(sound.toMillis(), SOUND_BYTES_PER_SECOND) / 1000 + BESIDE_THE_SOUND_BYTES;
        return Math.toIntExact(Math.max(KAFKA_DEFAULT_BYTES, bytes));
    }

    /** The largest record of any topic, in bytes: what {@link Topics#DEAD_LETTERS} must take. */
    public int maxMessageBytes() {
        int largest = Topics.ALL.stream().mapToInt(this::maxMessageBytes).max().orElseThrow();
        return largest + BESIDE_THE_SOUND_BYTES;
    }

    int partitionsOf(Topic<?> topic) {
        return topic.dealtOut() == DealtOut.WORK_QUEUE ? queuePartitions : partitions;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("Topics: " + message);
        }
    }
}
