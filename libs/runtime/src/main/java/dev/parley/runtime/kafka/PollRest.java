package dev.parley.runtime.kafka;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Polls, and rests where polls bring nothing and yet keep the processor busy. While no broker can be reached, Kafka's consumer of the new group
 * protocol (4.3.1) goes round in circles until the time-out of its poll: there is nobody to send a fetch request to, so {@code FetchRequestManager}
 * wakes the poll, which asks for the next one at once. Five services that do so leave the broker of the same machine no time to start. (Its network thread
 * does the same while it looks for the group's coordinator, {@code CoordinatorRequestManager}; that cannot be helped from here.)
 *
 * <p>For one thread.
 */
public final class PollRest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** An idle poll takes some 100 µs of the processor's time. */
    private static final long BUSY_NANOS = Duration.ofMillis(3).toNanos();
    /** A group's partitions are taken over inside a poll, which is work; circles come in rows. */
    private static final int CIRCLES = 3;
    /** So many times as long as it has worked. */
    private static final int REST = 20;

    private static final long LONGEST_REST_NANOS = Duration.ofMillis(400).toNanos();

    private int inVain;

    /** What the poll gives; after several in a row that were busy for nothing, it takes a rest of at most 0.4 s first. */
    public <K, V> ConsumerRecords<K, V> poll(Supplier<ConsumerRecords<K, V>> poll) {
        long before = THREADS.getCurrentThreadCpuTime();
        ConsumerRecords<K, V> records = poll.get();
        long worked = THREADS.getCurrentThreadCpuTime() - before;
        if (!records.isEmpty() || worked < BUSY_NANOS) {
            inVain = 0;
        } else if (++inVain >= CIRCLES) {
            LockSupport.parkNanos(Math.min(REST * worked, LONGEST_REST_NANOS));
        }
        return records;
    }
}
