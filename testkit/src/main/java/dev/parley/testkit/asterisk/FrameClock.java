package dev.parley.testkit.asterisk;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns everything in a simulated Asterisk: it ticks every 20 ms and runs, between two ticks, what
 * requests and timers hand to it. So nothing else in this package needs a lock.
 *
 * <p>Deadlines are absolute: tick {@code n} is due at {@code origin + n * 20 ms}. A thread that was held up catches up at
 * once and does not drift.
 */
final class FrameClock implements AutoCloseable {
    static final long FRAME_NANOS = 20_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(FrameClock.class);
    private static final int INBOX_CAPACITY = 65_536;

    private record Timer(long due, long order, Runnable task) {}

    private final LongConsumer onTick;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>(INBOX_CAPACITY);
    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> {
        int byTime = Long.compare(a.due - b.due, 0);
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
    });
    private final long origin = System.nanoTime();
    private final Thread thread;
    private long timersMade;
    private long tick;
    private volatile boolean running = true;
    private volatile boolean ended;

    FrameClock(String name, LongConsumer onTick) {
        this.onTick = onTick;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    /** Runs a task soon, on the clock's thread. Tasks run in the order in which they were handed in. */
    void execute(Runnable task) {
        if (running && !inbox.offer(task)) {
            throw new IllegalStateException("more than " + INBOX_CAPACITY + " tasks wait for the simulator's clock");
        }
    }

    /** Runs a task on the clock's thread and waits for its result; once the clock has stopped, runs it here. */
    <T> T call(Supplier<T> task) {
        if (Thread.currentThread() == thread || ended) {
            return task.get();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(() -> {
            try {
                result.complete(task.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        while (true) {
            try {
                return result.get(100, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (ended && !result.isDone()) {
                    return task.get();
                }
            } catch (ExecutionException e) {
                throw new CompletionException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the simulator's clock", e);
            }
        }
    }

    /** Runs a task on the clock's thread after a delay. Only to be called on the clock's thread. */
    void after(Duration delay, Runnable task) {
        at(System.nanoTime() + delay.toNanos(), task);
    }

    /** Runs a task on the clock's thread at an instant of {@link System#nanoTime()}. Only on the clock's thread. */
    void at(long nanoTime, Runnable task) {
        timers.add(new Timer(nanoTime, timersMade++, task));
    }

    /** The instant ({@link System#nanoTime()}) at which a tick is due. */
    long due(long tickNumber) {
        return origin + tickNumber * FRAME_NANOS;
    }

    /** The processor time of this thread for each tick so far, with all that it does, in nanoseconds. */
    long cpuNanosPerTick() {
        return call(() -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / Math.max(1, tick));
    }

    private void loop() {
        while (running) {
            long now = System.nanoTime();
            if (now - due(tick) >= 0) {
                guarded(() -> onTick.accept(tick));
                tick++;
                continue;
            }
            Timer first = timers.peek();
            if (first != null && now - first.due >= 0) {
                timers.remove();
                guarded(first.task);
                continue;
            }
            long until = first != null && first.due - due(tick) < 0 ? first.due : due(tick);
            try {
                Runnable task = inbox.poll(until - now, TimeUnit.NANOSECONDS);
                if (task != null) {
                    guarded(task);
                }
            } catch (InterruptedException e) {
                LOG.atDebug().log("the simulator's clock was interrupted: it ends if it was told to");
            }
        }
        ended = true;
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a task of the simulated Asterisk failed");
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
