package dev.parley.chunker.kafka;

import dev.parley.chunker.ChunkerMeter;
import dev.parley.chunker.vad.Batch;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.runtime.Metrics;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * All calls of this process that have something to listen to, whichever partition they belong to: listened to in one batch after each poll. On the
 * loop's thread.
 */
final class Calls {
    /** At most so many windows of a call between two polls (16 s of sound), so that one that catches up does not keep the others waiting for long. */
    private static final int ROUNDS = 500;

    private final Batch batch;
    private final Metrics metrics;
    private final Set<ListenedCall> pending = new LinkedHashSet<>();

    Calls(Batch batch, Metrics metrics) {
        this.batch = batch;
        this.metrics = metrics;
    }

    void somethingToListenTo(ListenedCall call) {
        pending.add(call);
    }

    void forget(ListenedCall call) {
        pending.remove(call);
    }

    /** Listens to whatever waits. */
    void listen() {
        if (pending.isEmpty()) {
            return;
        }
        long began = System.nanoTime();
        boolean more = batch.listen(pending, ROUNDS);
        metrics.timer(ChunkerMeter.LISTENED)
                .record(System.nanoTime() - began, java.util.concurrent.TimeUnit.NANOSECONDS);
        if (!more) {
            pending.clear();
        }
    }
}
