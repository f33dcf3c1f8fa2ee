package dev.parley.runtime.kafka;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What other threads want done on a loop's thread, in the order in which each of them asked. Bounded: whoever asks while {@value #CAPACITY} tasks wait, waits too; the
 * loop's own thread never does. After the end tasks are dropped: what they would have reported belongs to the next owner.
 */
final class LoopTasks {
    static final int CAPACITY = 10_000;

    private final BlockingQueue<Runnable> fromOthers = new ArrayBlockingQueue<>(CAPACITY);
    private final Queue<Runnable> fromLoop = new ArrayDeque<>();
    private volatile boolean ended;

    /** From any thread but the loop's; returns whether it was taken. */
    boolean add(Runnable task) {
        try {
            while (!ended) {
                if (fromOthers.offer(task, 100, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** On the loop's thread. */
    void addOwn(Runnable task) {
        fromLoop.add(task);
    }

    boolean isEmpty() {
        return fromOthers.isEmpty() && fromLoop.isEmpty();
    }

    /** Runs what waits now, and no more than that; on the loop's thread. */
    void run() {
        for (int n = fromLoop.size(); n > 0; n--) {
            fromLoop.remove().run();
        }
        for (int n = fromOthers.size(); n > 0; n--) {
            @Nullable Runnable task = fromOthers.poll();
            if (task != null) {
                task.run();
            }
        }
    }

    void end() {
        ended = true;
        fromOthers.clear();
    }
}
