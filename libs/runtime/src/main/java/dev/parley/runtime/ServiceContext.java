package dev.parley.runtime;

import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;

/**
 * What a service is made with.
 *
 * @param settings checked
 * @param metrics of the process
 * @param kafka of the process; whoever made it closes it after the service
 */
public record ServiceContext(Settings settings, Metrics metrics, KafkaConnection kafka) {}
