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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns everything in a simulated Asterisk: it ticks every 20 ms and runs, between two ticks, what
 * requests and timers hand to it. So nothing else in this package needs a lock.
 *
 * <p>Deadlines are absolute: tick {@code n} is due at {@code origin + n * 20 ms}. A thread that was held up does what it
 * missed at once, ticks and timers in the order in which they were due, and does not drift.
 */
final class FrameClock implements AutoCloseable {
    static final long FRAME_NANOS = 20_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(FrameClock.class);
    private static final int INBOX_CAPACITY = 65_536;

    private record Timer(long due, long order, Runnable task) {}

    private final Runnable onTick;
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

    FrameClock(String name, Runnable onTick) {
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

    /** From within a tick: runs a task so long after the instant at which this tick was due. */
    void afterTick(Duration delay, Runnable task) {
        at(due(tick) + delay.toNanos(), task);
    }

    private void at(long nanoTime, Runnable task) {
        timers.add(new Timer(nanoTime, timersMade++, task));
    }

    private long due(long tickNumber) {
        return origin + tickNumber * FRAME_NANOS;
    }

    /** The processor time of this thread for each tick so far, with all that it does, in nanoseconds. */
    long cpuNanosPerTick() {
        return call(() -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / Math.max(1, tick));
    }

    private void loop() {
        while (running) {
            Timer first = timers.peek();
            boolean timerIsNext = first != null && first.due - due(tick) < 0;
            long next = timerIsNext && first != null ? first.due : due(tick);
            long now = System.nanoTime();
            if (now - next < 0) {
                runInbox(next - now);
            } else if (timerIsNext && first != null) {
                timers.remove();
                guarded(first.task);
            } else {
                guarded(onTick);
                tick++;
            }
        }
        ended = true;
    }

    private void runInbox(long nanos) {
        try {
            Runnable task = inbox.poll(nanos, TimeUnit.NANOSECONDS);
            if (task != null) {
                guarded(task);
            }
        } catch (InterruptedException e) {
            LOG.atDebug().log("the simulator's clock was interrupted: it ends if it was told to");
        }
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
