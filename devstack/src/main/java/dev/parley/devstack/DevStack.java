package dev.parley.devstack;

import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentService;
import dev.parley.asr.AsrWorkerConfig;
import dev.parley.asr.AsrWorkerService;
import dev.parley.chunker.ChunkerService;
import dev.parley.devstack.audit.Timeline;
import dev.parley.gateway.GatewayService;
import dev.parley.player.PlayerConfig;
import dev.parley.player.PlayerService;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The whole pipeline in this process: a broker, a schema registry, a simulated Asterisk and the five services, the same objects that
 * run as processes elsewhere. Each service has a connection to Kafka of its own. Engines stay the caller's to close.
 */
public final class DevStack implements AutoCloseable {
    /** The name of the simulated Asterisk, the first part of every call's id. */
    public static final String ASTERISK = "sim";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<Service> services = new ArrayList<>();
    private final Metrics metrics = Metrics.ofProcess();
    private final EmbeddedKafka kafka;
    private final SimulatedAsterisk asterisk;
    private final Settings settings;

    private DevStack(Path folder, Map<String, String> overrides, Engines engines) throws IOException {
        parts.push(metrics);
        kafka = EmbeddedKafka.start(folder);
        parts.push(kafka);
        asterisk = SimulatedAsterisk.start(0, ASTERISK, "parley");
        parts.push(asterisk);
        int mediaPort = freePort();
        Map<String, String> given = new HashMap<>();
        given.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        given.put("SCHEMA_REGISTRY_URL", "mock://devstack-" + asterisk.port());
        given.put("ASTERISK_URL", asterisk.uri().toString());
        given.put("ASTERISK_NAME", ASTERISK);
        given.put("ARI_USERNAME", SimulatedAsterisk.USER);
        given.put("ARI_PASSWORD", SimulatedAsterisk.PASSWORD);
        given.put("MEDIA_PORT", Integer.toString(mediaPort));
        given.put("MEDIA_BASE_URL", "http://127.0.0.1:" + mediaPort);
        // That a busy machine is slow is no reason to end its call.
        given.put("FALLBACK_AFTER", "0");
        given.putAll(overrides);
        settings = Settings.from(given);
        start(context -> new GatewayService(context));
        start(context -> new ChunkerService(context, Lent.of(engines.voiceActivity())));
        start(context ->
                new AsrWorkerService(context, AsrWorkerConfig.from(context.settings()), Lent.of(engines.recogniser())));
        start(context -> new AgentService(
                AgentConfig.from(context.settings()), context, AgentConfig.engine(context.settings())));
        start(context ->
                new PlayerService(PlayerConfig.from(context.settings()), Lent.of(engines.synthesiser()), context));
    }

    /**
     * Starts everything, and returns once each service can take calls.
     *
     * @param folder for the broker's data
     * @param overrides settings by their names in the environment
     */
    public static DevStack start(Path folder, Map<String, String> overrides, Engines engines) throws IOException {
        DevStack stack = new DevStack(folder, overrides, engines);
        try {
            stack.awaitReady(Duration.ofSeconds(60));
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    private void start(Function<ServiceContext, Service> factory) {
        KafkaConnection connection = KafkaConnection.open(settings, metrics);
        parts.push(connection);
        connection.awaitTopics(() -> true);
        Service service = factory.apply(new ServiceContext(settings, metrics, connection));
        parts.push(service);
        services.add(service);
        service.start();
    }

    private void awaitReady(Duration atMost) {
        Instant deadline = Instant.now().plus(atMost);
        while (true) {
            Optional<String> waiting = services.stream()
                    .flatMap(
                            service -> service
                                    .notReadyBecause()
                                    .map(reason -> service.getClass().getSimpleName() + ": " + reason)
                                    .stream())
                    .findFirst()
                    // A gateway may be ready to stand by before it knows that it is the active one.
                    .or(() -> asterisk.isAppConnected()
                            ? Optional.empty()
                            : Optional.of("no gateway has connected to Asterisk"));
            if (waiting.isEmpty()) return;
            if (Instant.now().isAfter(deadline))
                throw new IllegalStateException("not ready after " + atMost.toSeconds() + " s: " + waiting.get());
            LockSupport.parkNanos(20_000_000);
        }
    }

    public SimulatedAsterisk asterisk() {
        return asterisk;
    }

    public EmbeddedKafka kafka() {
        return kafka;
    }

    public Settings settings() {
        return settings;
    }

    /** Kafka's and the registry's client settings, for an outside reader. */
    public Map<String, Object> clientSettings() {
        return Timeline.client(settings);
    }

    /** Whether every service still makes progress. */
    public boolean live() {
        return services.stream().allMatch(Service::live);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The services first, the last one started first, then what they stand on. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(DevStack.class)
                        .atWarn()
                        .setCause(e)
                        .log("A part of the stack did not close");
            }
        }
    }
}
