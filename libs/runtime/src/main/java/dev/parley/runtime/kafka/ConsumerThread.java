package dev.parley.runtime.kafka;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a consumer of its own, which it closes at its end. It takes one turn after the other; while Kafka is away it waits. It ends only when it is closed or
 * refused by Kafka, see {@link #live}.
 */
final class ConsumerThread implements AutoCloseable {
    /** How long is waited before what failed is tried again. */
    static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(300);

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerThread.class);
    private static final Duration TO_END = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Runnable turn;
    private final Runnable atEnd;
    private final Thread thread;
    private volatile boolean closing;

    /**
     * @param name of the thread, also in what it logs
     * @param turn what is done again and again; it should poll, and be over within some hundred milliseconds
     * @param atEnd what is done once the consumer is closed, however it came to that
     */
    ConsumerThread(String name, KafkaConsumer<byte[], byte[]> consumer, Runnable turn, Runnable atEnd) {
        this.consumer = consumer;
        this.turn = turn;
        this.atEnd = atEnd;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether it still takes turns. */
    boolean live() {
        return thread.isAlive() && !closing;
    }

    /** Whether a turn should come to its end, since there is no other. */
    boolean closing() {
        return closing;
    }

    /** Ends and waits for the end, 10 s at most. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        try {
            thread.join(TO_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            while (!closing) {
                try {
                    turn.run();
                } catch (WakeupException e) {
                    throw e;
                } catch (KafkaException e) {
                    if (!PassingFailure.is(e)) {
                        throw e;
                    }
                    LOG.atWarn()
                            .addKeyValue("reader", thread.getName())
                            .addKeyValue("reason", e.toString())
                            .log("Kafka is waited for");
                    LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
                }
            }
        } catch (WakeupException e) {
            LOG.atTrace().addKeyValue("reader", thread.getName()).log("Woken to end");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("reader", thread.getName()).log("Ended by a fault");
        } finally {
            atEnd.run();
        }
    }
}
