package dev.parley.gateway;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The present in microseconds since 1970: the wall clock as it was at the start, carried on by a clock that never jumps. */
@FunctionalInterface
public interface MicroClock {
    long micros();

    static MicroClock system() {
        long wall = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        long nanos = System.nanoTime();
        return () -> wall + (System.nanoTime() - nanos) / 1_000;
    }
}
