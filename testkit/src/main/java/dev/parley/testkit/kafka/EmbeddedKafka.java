package dev.parley.testkit.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker of one node inside this process: share groups on, dead group members noticed in about 3 s, topics made only
 * when asked for. It listens on 127.0.0.1 alone. Its port and its data survive {@link #stop} and {@link #restart}. Start takes about
 * 3 s in a fresh JVM and a fraction of that later. Its logs go to SLF4J under {@code kafka} and {@code org.apache.kafka}, thousands of
 * lines at INFO: keep those loggers at WARN. Methods are for one thread at a time.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final String HOST = "127.0.0.1";

    private final Path folder;
    private final int port;
    private final int controllerPort;
    private final Map<String, String> extra;
    private @Nullable KafkaRaftServer server;

    private EmbeddedKafka(Path folder, int port, int controllerPort, Map<String, String> extra) {
        this.folder = folder;
        this.port = port;
        this.controllerPort = controllerPort;
        this.extra = extra;
    }

    /** Starts a broker on a free port that keeps its data in this folder, which is made where it is missing. */
    public static EmbeddedKafka start(Path folder) {
        return start(folder, Map.of());
    }

    /** As {@link #start(Path)}, with further broker settings; they win over those of this class. */
    public static EmbeddedKafka start(Path folder, Map<String, String> settings) {
        for (int attempt = 1; ; attempt++) {
            int[] ports = freePorts();
            EmbeddedKafka kafka = new EmbeddedKafka(folder, ports[0], ports[1], Map.copyOf(settings));
            try {
                kafka.format();
                kafka.restart();
                return kafka;
            } catch (RuntimeException e) {
                // Someone else may have taken a port between our look and the start.
                if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains("bind")) {
                    throw e;
                }
            }
        }
    }

    /** What clients put into {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Whether it was started and not stopped since. */
    public boolean running() {
        return server != null;
    }

    /** Stops the broker in good order; clients see it as away until {@link #restart}. Does nothing where it is stopped. */
    public void stop() {
        KafkaRaftServer running = server;
        server = null;
        if (running != null) {
            running.shutdown();
            running.awaitShutdown();
        }
    }

    /** Starts the broker again, on the same port and with the data that it had. Does nothing where it runs. */
    public void restart() {
        if (server != null) {
            return;
        }
        KafkaRaftServer next = new KafkaRaftServer(KafkaConfig.fromProps(properties(), false), Time.SYSTEM);
        try {
            next.startup();
        } catch (RuntimeException e) {
            next.shutdown();
            throw e;
        }
        server = next;
    }

    @Override
    public void close() {
        stop();
    }

    private void format() {
        Path data = folder.resolve("data");
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(data);
            new Formatter()
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(data.toString())
                    .setMetadataLogDirectory(data.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot prepare " + data + " for an embedded Kafka broker", e);
        }
    }

    private Properties properties() {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("log.dirs", folder.resolve("data").toString());
        settings.put("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("auto.create.topics.enable", "false");

        // One node: no copies of the internal topics, and few partitions, which are quick to load.
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.put(topic + ".replication.factor", "1");
            settings.put(topic + ".num.partitions", "3");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");

        // A dead owner is noticed in about 3 s, a new one starts at once.
        for (String kind : new String[] {"consumer", "share"}) {
            settings.put("group." + kind + ".min.session.timeout.ms", "600");
            settings.put("group." + kind + ".session.timeout.ms", "3000");
            settings.put("group." + kind + ".min.heartbeat.interval.ms", "100");
            settings.put("group." + kind + ".heartbeat.interval.ms", "500");
            settings.put("group." + kind + ".min.assignment.interval.ms", "0");
            settings.put("group." + kind + ".assignment.interval.ms", "0");
        }
        settings.put("group.min.session.timeout.ms", "600");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.share.min.record.lock.duration.ms", "1000");
        settings.put("group.share.record.lock.duration.ms", "5000");

        // Some hundred small partitions in a process that has other things to do.
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("log.cleaner.threads", "1");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("num.recovery.threads.per.data.dir", "2");
        settings.put("background.threads", "2");
        settings.put("broker.heartbeat.interval.ms", "500");

        settings.putAll(extra);
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    private static int[] freePorts() {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        } catch (IOException e) {
            throw new UncheckedIOException("No free port on " + HOST, e);
        }
    }
}
