package dev.parley.gateway.kafka;

import dev.parley.gateway.GatewayMeter;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records from an event loop without ever making it wait, and hands them to a publisher on a thread of its own, in their
 * order. What the publisher will not take now (its buffer is full, Kafka's metadata are not there) is offered again until it does; the
 * records behind it wait. How much may wait is the {@link CallLane}s' business; {@value #MOST} in all is the limit of what this class
 * takes.
 */
final class Outbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final int MOST = 1_000_000;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(20);
    private static final Duration STUCK_AFTER = Duration.ofSeconds(5);

    private final Publisher publisher;
    private final Metrics metrics;
    private final BlockingQueue<Item<?>> queue = new LinkedBlockingQueue<>(MOST);
    private final AtomicInteger waiting = new AtomicInteger();
    private final Thread thread;
    private volatile long lastProgress = System.nanoTime();
    private volatile boolean closing;

    /** Learns, on a thread of the producer or of the outbox, what became of a record. */
    @FunctionalInterface
    interface Receipt {
        /** @param failure null when all in-sync replicas have it */
        void done(@Nullable Throwable failure);
    }

    private record Item<T extends SpecificRecord>(Topic<T> topic, String callId, T value, Receipt receipt) {}

    Outbox(String name, Publisher publisher, Metrics metrics) {
        this.publisher = publisher;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
        metrics.gauge(GatewayMeter.RECORDS_WAITING, waiting::get, "outbox", name);
    }

    /** @return false when it cannot take any more; the receipt is not called then */
    <T extends SpecificRecord> boolean offer(Topic<T> topic, String callId, T value, Receipt receipt) {
        if (waiting.getAndIncrement() == 0) {
            lastProgress = System.nanoTime();
        }
        boolean taken = queue.offer(new Item<>(topic, callId, value, receipt));
        if (!taken) {
            waiting.decrementAndGet();
        }
        return taken;
    }

    /** Whether records wait and Kafka acknowledges none of them. */
    Optional<String> stuckBecause() {
        long since = System.nanoTime() - lastProgress;
        return waiting.get() > 0 && since > STUCK_AFTER.toNanos()
                ? Optional.of("Kafka has acknowledged nothing for "
                        + Duration.ofNanos(since).toSeconds() + " s")
                : Optional.empty();
    }

    boolean live() {
        return thread.isAlive();
    }

    private void run() {
        try {
            while (!closing) {
                publish(queue.take());
            }
        } catch (InterruptedException e) {
            LOG.atTrace().log("Outbox woken to end");
        }
    }

    private <T extends SpecificRecord> void publish(Item<T> item) throws InterruptedException {
        while (!closing) {
            CompletableFuture<?> result = publisher.publish(item.topic(), item.callId(), item.value());
            if (!result.isCompletedExceptionally() || !(result.exceptionNow() instanceof RetriableException)) {
                result.whenComplete((_, failure) -> finished(item, failure));
                return;
            }
            metrics.counter(GatewayMeter.RECORDS_RETRIED, "topic", item.topic().name())
                    .increment();
            LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void finished(Item<?> item, @Nullable Throwable failure) {
        waiting.decrementAndGet();
        lastProgress = System.nanoTime();
        item.receipt().done(failure);
    }

    /** Waits for what is on its way, for so long at most. */
    void close(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        while (waiting.get() > 0 && System.nanoTime() < until) {
            LockSupport.parkNanos(1_000_000);
        }
        if (waiting.get() > 0) {
            LOG.atWarn().addKeyValue("records", waiting.get()).log("Ended with records that Kafka did not take");
        }
        close();
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }
}
