package dev.parley.runtime.kafka;

import java.time.Instant;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.jspecify.annotations.Nullable;

/**
 * When the group's coordinator last answered a heartbeat. Kafka's consumer counts the answers; a new one is believed only after a further poll, so that a consumer which
 * that answer has thrown out has told so before. Sampled on the loop's thread, read from any.
 */
final class Heartbeats {
    private final @Nullable Metric answered;
    private double seen;
    private @Nullable Instant unconfirmed;
    private volatile Instant confirmed = Instant.MIN;

    Heartbeats(Consumer<?, ?> consumer) {
        this.answered = consumer.metrics().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals("heartbeat-total"))
                .map(entry -> (Metric) entry.getValue())
                .findFirst()
                .orElse(null);
    }

    /** After each poll. */
    void sample(Instant now) {
        if (unconfirmed != null) {
            confirmed = unconfirmed;
            unconfirmed = null;
        }
        if (answered != null && answered.metricValue() instanceof Double total && total > seen) {
            seen = total;
            unconfirmed = now;
        }
    }

    Instant lastConfirmed() {
        return confirmed;
    }
}
