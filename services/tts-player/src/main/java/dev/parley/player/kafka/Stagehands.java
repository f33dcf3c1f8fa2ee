package dev.parley.player.kafka;

import dev.parley.player.PlayerMetric;
import dev.parley.player.sound.Voice;
import dev.parley.player.speaking.Speaking;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.schemas.Topic;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;

/**
 * Who does what the decisions ask for.
 *
 * @param speaking plays, stops and pauses
 * @param voice makes the sounds
 * @param publisher writes the records
 * @param loop runs what comes back on the loop's thread
 * @param mayPost whether what this instance owns is certainly its own still
 * @param clock wall clock
 * @param metrics of the process
 */
public record Stagehands(
        Speaking speaking,
        Voice voice,
        Publisher publisher,
        Executor loop,
        BooleanSupplier mayPost,
        Clock clock,
        Metrics metrics) {
    private static final int WRITES = 20;
    private static final Executor SOON = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

    long now() {
        return micros(clock.instant());
    }

    static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    }

    /**
     * Writes a record, and again where it was refused at once (a topic that is new to this process, a full buffer). Done when it is
     * acknowledged; fails after {@value #WRITES} attempts, counted.
     */
    <T extends SpecificRecord> CompletableFuture<Boolean> write(Topic<T> topic, String callId, T record) {
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
                        metrics.counter(PlayerMetric.DROPPED, "reason", "not-written")
                                .increment();
                        return CompletableFuture.completedFuture(false);
                    }
                    return CompletableFuture.supplyAsync(() -> attempt + 1, SOON)
                            .thenCompose(next -> write(topic, callId, record, next));
                });
    }
}
