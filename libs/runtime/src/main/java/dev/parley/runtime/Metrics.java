package dev.parley.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The meters of a process. Tags are pairs of name and value, and their values are bounded: a reason, a topic, an engine; never a call.
 *
 * <p>Usable from any thread. Looking a meter up costs a map access; hold on to those that are used for each frame.
 */
public final class Metrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final JvmGcMetrics gc = new JvmGcMetrics();

    private Metrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** For a process: what {@code /metrics} shows to Prometheus, the JVM's own meters included. */
    public static Metrics ofProcess() {
        var metrics = new Metrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        new JvmMemoryMetrics().bindTo(metrics.registry);
        new JvmThreadMetrics().bindTo(metrics.registry);
        new ProcessorMetrics().bindTo(metrics.registry);
        metrics.gc.bindTo(metrics.registry);
        return metrics;
    }

    /** In memory, for tests: see {@link #value}. */
    public static Metrics inMemory() {
        return new Metrics(new SimpleMeterRegistry());
    }

    public Counter counter(MeterName name, String... tags) {
        return Counter.builder(name.id()).description(name.meaning()).tags(tags).register(registry);
    }

    /** A timer with a histogram, from which percentiles over all processes can be computed. */
    public Timer timer(MeterName name, String... tags) {
        return Timer.builder(name.id())
                .description(name.meaning())
                .tags(tags)
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(3),
                        Duration.ofMillis(10),
                        Duration.ofMillis(30),
                        Duration.ofMillis(100),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(10))
                .register(registry);
    }

    public void gauge(MeterName name, Supplier<Number> value, String... tags) {
        Gauge.builder(name.id(), value).description(name.meaning()).tags(tags).register(registry);
    }

    /** What a counter or gauge with these tags (and maybe more) stands at, summed; 0 where there is none. */
    public double value(MeterName name, String... tags) {
        return registry.find(name.id()).tags(tags).meters().stream()
                .flatMap(meter ->
                        java.util.stream.StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(measurement -> measurement.getValue())
                .sum();
    }

    /** Where meters that bring their own names are bound: those of Kafka's clients. */
    public MeterRegistry registry() {
        return registry;
    }

    /** In Prometheus' text format; empty where the meters are in memory. */
    public String scrape() {
        return registry instanceof PrometheusMeterRegistry prometheus ? prometheus.scrape() : "";
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
