package dev.parley.player.kafka;

import dev.parley.player.PlayerMeter;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.schemas.Topic;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;

/** The player's way out to Kafka. Any thread. */
public final class Records {
    private static final int WRITES = 20;
    private static final Executor SOON = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

    private final Publisher publisher;
    private final Metrics metrics;

    public Records(Publisher publisher, Metrics metrics) {
        this.publisher = publisher;
        this.metrics = metrics;
    }

    /**
     * Writes a record, and again where it was refused at once (a topic that is new to this process, a full buffer). Done when it is
     * acknowledged; fails after {@value #WRITES} attempts, counted.
     */
    public <T extends SpecificRecord> CompletableFuture<Boolean> write(Topic<T> topic, String callId, T record) {
        return write(topic, callId, record, 1);
    }

    private <T extends SpecificRecord> CompletableFuture<Boolean> write(
            Topic<T> topic, String callId, T record, int attempt) {
        return publisher
                .publish(topic, callId, record)
                .handle((_, failure) -> failure)
                .thenCompose(failure -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(true);
                    }
                    if (attempt == WRITES) {
                        metrics.counter(PlayerMeter.DROPPED, "reason", "not-written")
                                .increment();
                        return CompletableFuture.completedFuture(false);
                    }
                    return CompletableFuture.supplyAsync(() -> attempt + 1, SOON)
                            .thenCompose(next -> write(topic, callId, record, next));
                });
    }
}
