package dev.parley.runtime;

import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.health.HealthServer;
import dev.parley.runtime.kafka.KafkaConnection;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Service} in this process: settings from the environment, Kafka, health server, and an orderly end at SIGTERM (not ready, no new work, bounded drain,
 * flush, close).
 *
 * <p>Exit codes: 0 ended as asked · 78 settings that cannot be · 69 something that it cannot do without is not there · 1 a fault. A service that is not live any more
 * is ended with 1: whoever supervises it starts it anew, and the log holds all that it needs.
 */
public final class ServiceMain {
    public static final int OK = 0;
    public static final int FAULT = 1;
    public static final int UNAVAILABLE = 69;
    public static final int BAD_SETTINGS = 78;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration END_WITHIN = Duration.ofMinutes(2);

    private final String name;
    private final Map<String, String> environment;
    private final PrintStream forPeople;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private volatile @Nullable Service started;

    ServiceMain(String name, Map<String, String> environment, PrintStream forPeople) {
        this.name = name;
        this.environment = environment;
        this.forPeople = forPeople;
    }

    /**
     * Runs a service until the process is asked to end.
     *
     * @param name of the service, as people know it: {@code vad-chunker}
     * @param factory makes it, not started; may throw {@link BadSettings} and {@link Unavailable}
     * @return the exit code
     */
    public static int run(String name, Function<ServiceContext, Service> factory) {
        var main = new ServiceMain(name, System.getenv(), System.err);
        var ended = new CountDownLatch(1);
        var exitCode = new int[] {FAULT};
        Runtime.getRuntime().addShutdownHook(new Thread(() -> main.stopAndHalt(ended, exitCode), "stop"));
        try {
            exitCode[0] = main.runUntilStopped(factory);
        } finally {
            ended.countDown();
        }
        return exitCode[0];
    }

    private void stopAndHalt(CountDownLatch ended, int[] exitCode) {
        if (ended.getCount() == 0) {
            return; // The process ends because the service has ended.
        }
        stop();
        try {
            if (!ended.await(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                forPeople.println(name + " did not end within " + END_WITHIN.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode[0]);
    }

    /** Asks the service to end, from any thread; {@link #runUntilStopped} then returns. */
    void stop() {
        stopAsked.countDown();
    }

    int runUntilStopped(Function<ServiceContext, Service> factory) {
        try {
            var settings = Settings.from(environment);
            LOG.atInfo()
                    .addKeyValue("service", name)
                    .addKeyValue("settings", settings.summary())
                    .log("Starting");
            return run(settings, factory);
        } catch (BadSettings e) {
            forPeople.println(name + " cannot start. " + e.getMessage());
            return BAD_SETTINGS;
        } catch (Unavailable e) {
            forPeople.println(name + " cannot run. " + e.getMessage());
            LOG.atDebug().setCause(e).log("Unavailable");
            return UNAVAILABLE;
        } catch (RuntimeException | Error e) {
            forPeople.println(name + " ended by a fault: " + e);
            LOG.atError().setCause(e).addKeyValue("service", name).log("Fault");
            return FAULT;
        }
    }

    private int run(Settings settings, Function<ServiceContext, Service> factory) {
        try (var metrics = Metrics.ofProcess();
                var health = health(settings, metrics);
                var kafka = KafkaConnection.open(settings, metrics);
                var service = factory.apply(new ServiceContext(settings, metrics, kafka))) {
            kafka.awaitTopics(() -> !isStopping());
            if (isStopping()) {
                return OK;
            }
            service.start();
            started = service;
            LOG.atInfo()
                    .addKeyValue("service", name)
                    .addKeyValue("health", health == null ? "none" : health.port())
                    .log("Started");
            while (!stopAsked.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                var fault = kafka.fault();
                if (fault.isPresent() || !service.live()) {
                    LOG.atError()
                            .addKeyValue("service", name)
                            .addKeyValue("reason", fault.orElse("it makes no progress"))
                            .log("Not live any more; ending, to be started anew");
                    return FAULT;
                }
            }
            LOG.atInfo().addKeyValue("service", name).log("Ending");
            return OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAULT;
        } finally {
            LOG.atInfo().addKeyValue("service", name).log("Ended");
        }
    }

    private boolean isStopping() {
        return stopAsked.getCount() == 0;
    }

    private @Nullable HealthServer health(Settings settings, Metrics metrics) {
        int port = settings.integer(Setting.HTTP_PORT);
        return port == 0 ? null : new HealthServer(port, this::notLiveBecause, this::notReadyBecause, metrics::scrape);
    }

    /** While it starts it lives: it waits for Kafka, or loads a model. */
    private Optional<String> notLiveBecause() {
        var service = started;
        return service == null || service.live() ? Optional.empty() : Optional.of("no progress");
    }

    private Optional<String> notReadyBecause() {
        var service = started;
        if (isStopping()) {
            return Optional.of("ending");
        }
        return service == null ? Optional.of("starting") : service.notReadyBecause();
    }
}
