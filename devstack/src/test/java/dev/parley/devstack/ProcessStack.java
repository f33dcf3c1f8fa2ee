package dev.parley.devstack;

import dev.parley.devstack.audit.CallVerdict;
import dev.parley.devstack.audit.CallView;
import dev.parley.records.CallEvent;
import dev.parley.schemas.PlaybackId;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.caller.Heard;
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
import java.util.List;
import java.util.Map;

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
    private final EmbeddedKafka kafka;
    private final EmbeddedSchemaRegistry registry;
    private final SimulatedAsterisk asterisk;

    private ProcessStack(Path folder, Map<String, String> overrides) throws IOException {
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
    }

    /**
     * Starts everything, and returns once each service can take calls.
     *
     * @param folder for the broker's data and the services' logs
     * @param overrides settings by their names in the environment
     */
    static ProcessStack start(Path folder, Map<String, String> overrides) throws Exception {
        ProcessStack stack = new ProcessStack(folder, overrides);
        try {
            for (ServiceProcess process : stack.processes.values()) process.awaitReady(Duration.ofSeconds(90));
            return stack;
        } catch (RuntimeException | Error e) {
            stack.close();
            throw e;
        }
    }

    SimulatedAsterisk asterisk() {
        return asterisk;
    }

    /**
     * The verdict on a call that is over, of this stack's Asterisk.
     *
     * @param view the call's records
     * @param heard its line
     */
    CallVerdict verdict(CallView view, Heard heard) {
        long frameZeroAt = view.records(CallEvent.class)
                .filter(event -> event.getStarted() != null)
                .findFirst()
                .orElseThrow()
                .getStarted()
                .getFrameZeroAt();
        List<CallVerdict.Play> plays = asterisk.requests().stream()
                .filter(request -> request.method().equals("POST")
                        && request.path().contains("/play/")
                        && request.status() / 100 == 2)
                .map(request -> new CallVerdict.Play(
                        request.path().substring(request.path().lastIndexOf('/') + 1), request.at()))
                .filter(play -> PlaybackId.parse(play.playbackId())
                        .filter(id -> !id.callId().equals(view.callId()))
                        .isEmpty())
                .toList();
        return CallVerdict.of(heard, view.entries(), plays, frameZeroAt);
    }

    ServiceProcess process(Part part) {
        return processes.get(part);
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
