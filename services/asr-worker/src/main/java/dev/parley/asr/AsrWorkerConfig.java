package dev.parley.asr;

import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import java.time.Duration;

/**
 * What asr-worker is told.
 *
 * @param queue how workers divide the chunks
 * @param concurrency chunks that are recognised at the same time
 * @param drain how long the end waits for what has begun
 */
public record AsrWorkerConfig(Queue queue, int concurrency, Duration drain) {
    /** How workers divide the chunks among them. */
    public enum Queue {
        /** Any worker takes the next chunk: a share group, Kafka 4.2 or later. */
        SHARE,
        /** Partitions are dealt out: a consumer group, for clusters without share groups. No more workers work than the topic has partitions. */
        GROUP
    }

    /** From the settings, which are checked already. */
    public static AsrWorkerConfig from(Settings settings) {
        return new AsrWorkerConfig(
                settings.text(Setting.ASR_QUEUE).equals("group") ? Queue.GROUP : Queue.SHARE,
                settings.integer(Setting.ASR_CONCURRENCY),
                settings.seconds(Setting.DRAIN_SECONDS));
    }
}
