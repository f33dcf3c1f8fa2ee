package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.parley.ari.AriServer;
import dev.parley.gateway.domain.CallHistory;
import dev.parley.records.AudioFrame;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.FrameKind;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.schemas.Topic;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever the network sends, the gateway goes on, and has lost nothing when it is over. Ten seconds of it; the long form is
 * {@code -Dparley.fuzz.seconds=300}, another course {@code -Dparley.fuzz.seed=N}.
 */
class GatewayFuzzTest {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String GOOD = "the-good-call";

    private final AtomicInteger goodFrames = new AtomicInteger();
    private final AtomicInteger goodEnds = new AtomicInteger();
    private final AtomicInteger records = new AtomicInteger();
    private final Metrics metrics = Metrics.inMemory();

    /** Keeps nothing, so that what is left in memory is the gateway's. */
    private final Publisher counting = new Publisher() {
        @Override
        public <T extends SpecificRecord> CompletableFuture<@Nullable Void> publish(
                Topic<T> topic, String key, String callId, @Nullable T value) {
            records.incrementAndGet();
            if (callId.equals("sim~" + GOOD)) {
                if (value instanceof AudioFrame frame && frame.getKind() == FrameKind.FRAME) {
                    goodFrames.incrementAndGet();
                } else if (value instanceof CallEvent event && event.getType() == CallEventType.ENDED) {
                    goodEnds.incrementAndGet();
                }
            }
            return CompletableFuture.completedFuture(null);
        }
    };

    @Test
    void malformedMessagesAndFloodsNeitherStopItNorLeaveAnythingBehind() {
        long seed = Long.getLong("parley.fuzz.seed", 20_26L);
        Duration length = Duration.ofSeconds(Integer.getInteger("parley.fuzz.seconds", 10));
        System.out.println("seed " + seed + ", " + length.toSeconds() + " s");
        try (HostileAsterisk asterisk = new HostileAsterisk(seed);
                Gateway gateway = gateway(asterisk)) {
            // Given
            gateway.start();
            await().atMost(LONG).until(() -> records.get() > 100);
            long filesBefore = openFiles();
            long memoryBefore = memory();
            int threadsBefore = Thread.activeCount();

            // When
            await().pollDelay(length).atMost(length.plus(LONG)).until(() -> true);
            assertThat(gateway.live()).isTrue();
            asterisk.reform();
            await().atMost(LONG)
                    .until(() -> asterisk.isConnected()
                            && metrics.value(GatewayMeter.CALLS) == 0
                            && gateway.notReadyBecause().isEmpty());

            // Then a call is a call again
            await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> {
                asterisk.send("StasisStart", GOOD);
                return goodFrames.get() > 20;
            });
            asterisk.send("StasisEnd", GOOD);
            await().atMost(LONG).until(() -> goodEnds.get() == 1);
            System.out.printf(
                    "%d messages, %d records; files %d -> %d, memory %d -> %d MB, threads %d -> %d%n",
                    asterisk.messagesSent(),
                    records.get(),
                    filesBefore,
                    openFiles(),
                    memoryBefore >> 20,
                    memory() >> 20,
                    threadsBefore,
                    Thread.activeCount());
            assertThat(metrics.value(GatewayMeter.EVENTS_MALFORMED)).isPositive();
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(metrics.value(GatewayMeter.CALLS)).isZero();
                assertThat(openFiles()).isLessThan(filesBefore + 80); // Idle connections to Asterisk's HTTP server.
                assertThat(memory()).isLessThan(memoryBefore + (100L << 20));
                assertThat(Thread.activeCount()).isLessThan(threadsBefore + 10);
            });
        }
    }

    private Gateway gateway(HostileAsterisk asterisk) {
        return new Gateway(
                new GatewayConfig(
                        new AriServer(asterisk.uri(), "u", "p", "parley"),
                        GatewayHarness.rules(),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2)),
                counting,
                counting,
                CallHistory.NONE,
                metrics,
                () -> {});
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    private static long memory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
