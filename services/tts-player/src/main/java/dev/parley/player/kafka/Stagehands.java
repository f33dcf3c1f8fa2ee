package dev.parley.player.kafka;

import dev.parley.player.sound.Voice;
import dev.parley.player.speaking.Speaking;
import dev.parley.runtime.Metrics;
import dev.parley.schemas.Topic;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;

/**
 * Who does what the decisions ask for.
 *
 * @param speaking plays, stops and pauses
 * @param voice makes the sounds
 * @param records writes the records
 * @param loop runs what comes back on the loop's thread
 * @param mayPost whether what this instance owns is certainly its own still
 * @param clock wall clock
 * @param metrics of the process
 */
public record Stagehands(
        Speaking speaking,
        Voice voice,
        Records records,
        Executor loop,
        BooleanSupplier mayPost,
        Clock clock,
        Metrics metrics) {
    long now() {
        return micros(clock.instant());
    }

    static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
    }

    /** See {@link Records#write}. */
    <T extends SpecificRecord> CompletableFuture<Boolean> write(Topic<T> topic, String callId, T record) {
        return records.write(topic, callId, record);
    }
}
