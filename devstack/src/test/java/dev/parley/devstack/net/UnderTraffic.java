package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.runtime.Metrics;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.Received;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * A service with a connection of its own, fed ten times a second from outside, whether Kafka is there or not. What becomes of it is read from outside, too. Feeding
 * happens on one thread, so records keep their order.
 */
abstract class UnderTraffic implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration EVERY = Duration.ofMillis(100);

    final Settings settings;
    final Metrics metrics = Metrics.inMemory();
    private final KafkaConnection outside;
    private final List<Service> services = new ArrayList<>();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<CompletableFuture<?>> accepted = new ArrayList<>();
    private final ScheduledExecutorService feeder = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("feeder").factory());
    private @Nullable ScheduledFuture<?> feeding;
    private volatile int fed;

    UnderTraffic(Map<String, String> broker, Map<String, String> own) {
        var given = new HashMap<>(broker);
        given.putAll(own);
        settings = Settings.from(given);
        outside = KafkaConnection.open(settings, metrics);
        parts.push(outside);
        outside.awaitTopics(() -> true);
    }

    /** Gives the service its next piece; {@code n} counts from 0. */
    abstract void feed(int n);

    /** Gives it the last piece. */
    void end() {}

    /** How many different pieces of its work were seen. */
    abstract int done();

    /** Fails until everything that was accepted is there, once in effect. */
    abstract void assertAllDoneOnce();

    /** Makes and starts a service on a connection of its own. */
    final void start(java.util.function.Function<ServiceContext, Service> maker) {
        var connection = KafkaConnection.open(settings, metrics);
        parts.push(connection);
        connection.awaitTopics(() -> true);
        var service = maker.apply(new ServiceContext(settings, metrics, connection));
        parts.push(service);
        service.start();
        services.add(service);
    }

    final <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }

    final <T extends SpecificRecord> void follow(Topic<T> topic, Consumer<Received<T>> reader) {
        parts.push(TopicTail.start(outside, topic, TopicTail.From.BEGINNING, reader));
    }

    /** In order; what the producer refuses for now is offered again. */
    final <T extends SpecificRecord> void publish(Topic<T> topic, String call, T value) {
        var publisher = outside.publisher(PublishProfile.LIVE);
        var end = System.nanoTime() + SOON.toNanos();
        var answer = publisher.publish(topic, call, value);
        while (answer.isCompletedExceptionally() && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
            answer = publisher.publish(topic, call, value);
        }
        accepted.add(answer);
    }

    final void beginToFeed() {
        feeding = feeder.scheduleAtFixedRate(
                () -> {
                    feed(fed);
                    fed++;
                },
                0,
                EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** How many pieces it was given. */
    final int fed() {
        return fed;
    }

    /** Ends the feeding; what was given to Kafka has been acknowledged then. */
    final void endFeeding() throws Exception {
        if (feeding != null) {
            feeding.cancel(false);
        }
        feeder.submit(this::end).get(SOON.toSeconds(), TimeUnit.SECONDS);
        for (var answer : accepted) {
            answer.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    final void assertLive() {
        assertThat(services).allMatch(Service::live);
    }

    final void awaitReady() {
        for (var service : services) {
            await(service.getClass().getSimpleName() + " is ready")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(service.notReadyBecause()).isEmpty());
        }
    }

    @Override
    public void close() throws Exception {
        feeder.shutdownNow();
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
        metrics.close();
    }

    /** Microseconds since 1970. */
    static long now() {
        return java.time.temporal.ChronoUnit.MICROS.between(java.time.Instant.EPOCH, java.time.Instant.now());
    }
}
