package dev.parley.devstack;

import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.kafka.EmbeddedKafka;
import dev.parley.testkit.kafka.EmbeddedSchemaRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The five services, each a process of its own, on a broker, a registry and a simulated Asterisk of this process. */
final class ProcessStack implements AutoCloseable {
    /** The services, and what each runs. */
    enum Part {
        GATEWAY("ari-gateway", "dev.parley.gateway.Main"),
        CHUNKER("vad-chunker", "dev.parley.chunker.Main"),
        ASR("asr-worker", "dev.parley.asr.Main"),
        AGENT("agent-prefetch", "dev.parley.agent.Main"),
        PLAYER("tts-player", "dev.parley.player.Main");

        private final String service;
        private final String mainClass;

        Part(String service, String mainClass) {
            this.service = service;
            this.mainClass = mainClass;
        }
    }

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Map<Part, ServiceProcess> processes = new EnumMap<>(Part.class);
    private final Map<Part, ServiceProcess> seconds = new EnumMap<>(Part.class);
    private final EmbeddedKafka kafka;
    private final EmbeddedSchemaRegistry registry;
    private final SimulatedAsterisk asterisk;

    private ProcessStack(Path folder, Map<String, String> overrides, Set<Part> twice) throws IOException {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        parts.push(kafka);
        registry = EmbeddedSchemaRegistry.start();
        parts.push(registry);
        asterisk = SimulatedAsterisk.start(0, DevStack.ASTERISK, "parley");
        parts.push(asterisk);
        int mediaPort = ServiceProcess.freePort();
        Map<String, String> settings = new HashMap<>();
        settings.put("ASTERISK_URL", asterisk.uri().toString());
        settings.put("ASTERISK_NAME", DevStack.ASTERISK);
        settings.put("FALLBACK_AFTER", "0");
        settings.put("ARI_USERNAME", SimulatedAsterisk.USER);
        settings.put("ARI_PASSWORD", SimulatedAsterisk.PASSWORD);
        settings.put("MEDIA_PORT", Integer.toString(mediaPort));
        settings.put("MEDIA_BASE_URL", "http://127.0.0.1:" + mediaPort);
        settings.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        settings.put("SCHEMA_REGISTRY_URL", registry.url());
        settings.putAll(overrides);
        Path logs = Files.createDirectories(folder.resolve("logs"));
        for (Part part : Part.values()) {
            ServiceProcess process = ServiceProcess.start(part.service, part.mainClass, settings, logs);
            parts.push(process);
            processes.put(part, process);
        }
        int otherMediaPort = ServiceProcess.freePort();
        for (Part part : twice) {
            String name = second(part);
            Map<String, String> its = Map.of(
                    "MEDIA_PORT",
                    Integer.toString(otherMediaPort),
                    "MEDIA_BASE_URL",
                    "http://127.0.0.1:" + otherMediaPort);
            ServiceProcess process =
                    ServiceProcess.start(name, part.mainClass, ServiceProcess.merged(settings, its), logs);
            parts.push(process);
            seconds.put(part, process);
        }
    }

    /**
     * Starts everything, and returns once each service can take calls.
     *
     * @param folder for the broker's data and the services' logs
     * @param overrides settings by their names in the environment
     */
    static ProcessStack start(Path folder, Map<String, String> overrides) throws Exception {
        return start(folder, overrides, Set.of());
    }

    /** As {@link #start(Path, Map)}, with two instances of some services. */
    static ProcessStack start(Path folder, Map<String, String> overrides, Set<Part> twice) throws Exception {
        ProcessStack stack = new ProcessStack(folder, overrides, twice);
        try {
            for (ServiceProcess process : stack.processes.values()) process.awaitReady(Duration.ofSeconds(90));
            for (ServiceProcess process : stack.seconds.values()) process.awaitReady(Duration.ofSeconds(90));
            Awaitility.await("a gateway is connected to Asterisk")
                    .atMost(Duration.ofSeconds(60))
                    .until(stack.asterisk::isAppConnected);
            return stack;
        } catch (RuntimeException | Error e) {
            stack.close();
            throw e;
        }
    }

    SimulatedAsterisk asterisk() {
        return asterisk;
    }

    ServiceProcess process(Part part) {
        return processes.get(part);
    }

    /** The instance of a service that has this name among Kafka's clients. */
    ServiceProcess named(String clientId) {
        return Stream.concat(processes.values().stream(), seconds.values().stream())
                .filter(process -> process.name().equals(clientId))
                .findFirst()
                .orElseThrow();
    }

    private static String second(Part part) {
        return part.service + "-2";
    }

    /** Kafka's and the registry's client settings, for an outside reader. */
    Map<String, Object> clientSettings() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers(), "schema.registry.url", registry.url());
    }

    @Override
    public void close() throws Exception {
        while (!parts.isEmpty()) parts.pop().close();
    }
}
