package dev.parley.chunker.kafka;

import dev.parley.records.ListeningCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the order of a call: its outputs are acknowledged, then the checkpoint that lies after them, then what the checkpoint lets go of may be committed.
 *
 * <p>One checkpoint is on its way at a time; of those that become due meanwhile, the newest waits and the others are left out. On the
 * loop's thread.
 */
final class CheckpointGate {
    private record Due(ListeningCheckpoint checkpoint, CompletableFuture<@Nullable Void> outputs) {}

    private final Executor loop;
    private final Function<ListeningCheckpoint, CompletableFuture<@Nullable Void>> publish;
    private final Consumer<ListeningCheckpoint> durable;
    private final Consumer<Throwable> failed;
    private final List<CompletableFuture<@Nullable Void>> outputs = new ArrayList<>();
    private @Nullable Due waiting;
    private boolean underWay;

    /**
     * @param loop runs things on the loop's thread
     * @param publish writes a checkpoint
     * @param durable is told of each checkpoint that was acknowledged
     * @param failed is told of what could not be written
     */
    CheckpointGate(
            Executor loop,
            Function<ListeningCheckpoint, CompletableFuture<@Nullable Void>> publish,
            Consumer<ListeningCheckpoint> durable,
            Consumer<Throwable> failed) {
        this.loop = loop;
        this.publish = publish;
        this.durable = durable;
        this.failed = failed;
    }

    /** An output of the call is on its way. */
    void output(CompletableFuture<@Nullable Void> acknowledged) {
        outputs.add(acknowledged);
    }

    /** A checkpoint lies after all outputs so far. */
    void checkpoint(ListeningCheckpoint checkpoint) {
        Due before = waiting;
        if (before != null) {
            outputs.add(before.outputs);
        }
        waiting = new Due(checkpoint, all());
        next();
    }

    /** Whether all that was decided up to the newest checkpoint is acknowledged. */
    boolean quiet() {
        return waiting == null && !underWay;
    }

    private CompletableFuture<@Nullable Void> all() {
        CompletableFuture<?>[] these = outputs.toArray(CompletableFuture<?>[]::new);
        outputs.clear();
        return CompletableFuture.allOf(these).thenApply(any -> null);
    }

    private void next() {
        Due due = waiting;
        if (due == null || underWay) {
            return;
        }
        waiting = null;
        underWay = true;
        var _ = due.outputs.whenComplete((ok, failure) -> loop.execute(() -> {
            if (failure == null) {
                write(due.checkpoint);
            } else {
                failed.accept(failure);
            }
        }));
    }

    private void write(ListeningCheckpoint checkpoint) {
        var _ = publish.apply(checkpoint)
                .whenComplete((ok, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        underWay = false;
                        durable.accept(checkpoint);
                        next();
                    } else {
                        failed.accept(failure);
                    }
                }));
    }
}
