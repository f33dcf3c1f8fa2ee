package dev.parley.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PollRestTest {
    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

    private final PollRest rest = new PollRest();

    @Test
    void pollsThatAreBusyForNothingTakeATwentiethOfTheProcessorAtMost() {
        // Given
        poll(false);
        poll(false);

        // When
        long share = cpuPerSecond();

        // Then
        assertThat(share).isLessThan(WINDOW_NANOS / 10);
    }

    @Test
    void pollsThatBringSomethingNeverRest() {
        // When
        long began = System.nanoTime();
        int polls = 0;
        while (System.nanoTime() - began < WINDOW_NANOS / 4) {
            poll(true);
            polls++;
        }

        // Then: 5 ms each, on however slow a machine.
        assertThat(polls).isGreaterThan(8);
    }

    private long cpuPerSecond() {
        long before = cpu();
        long began = System.nanoTime();
        while (System.nanoTime() - began < WINDOW_NANOS) {
            poll(false);
        }
        return cpu() - before;
    }

    private void poll(boolean records) {
        rest.poll(() -> {
            long until = cpu() + Duration.ofMillis(5).toNanos();
            while (cpu() < until) {
                Thread.onSpinWait();
            }
            return records
                    ? new ConsumerRecords<byte[], byte[]>(
                            Map.of(
                                    new TopicPartition("t", 0),
                                    List.of(new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]))),
                            Map.of())
                    : ConsumerRecords.<byte[], byte[]>empty();
        });
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
