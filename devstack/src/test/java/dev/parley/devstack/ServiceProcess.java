package dev.parley.devstack;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One service as a process of its own, on this test's class path, to be killed as the kernel kills. */
final class ServiceProcess implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final String name;
    private final String mainClass;
    private final Map<String, String> settings;
    private final Path log;
    private final int healthPort;
    private volatile Process process;

    private ServiceProcess(String name, String mainClass, Map<String, String> settings, Path folder)
            throws IOException {
        this.name = name;
        this.mainClass = mainClass;
        this.settings = settings;
        this.log = folder.resolve(name + ".log");
        this.healthPort = freePort();
        this.process = launch();
        // Nothing is to outlive a test run that was broken off.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> process.destroyForcibly()));
    }

    static ServiceProcess start(String name, String mainClass, Map<String, String> settings, Path folder)
            throws IOException {
        return new ServiceProcess(name, mainClass, settings, folder);
    }

    private Process launch() throws IOException {
        // The class path goes by the environment: a command line above 4 kB crashes onnxruntime.
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                mainClass));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(key -> key.startsWith("KAFKA_") || key.startsWith("SCHEMA_REGISTRY_"));
        environment.putAll(settings);
        environment.put("KAFKA_CLIENT_ID", name);
        environment.put("HTTP_PORT", Integer.toString(healthPort));
        environment.put("ORT_DISABLE_TELEMETRY", "1");
        environment.put("CLASSPATH", System.getProperty("java.class.path"));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    void awaitReady(Duration atMost) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + healthPort + "/readyz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        Awaitility.await(name + " is ready; its log is " + log)
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive())
                        throw new IllegalStateException(
                                name + " ended with exit code " + process.exitValue() + ":\n" + Files.readString(log));
                    try {
                        return HTTP.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 200;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /** As `kill -9` does: no handler runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
    }

    /** Starts it again after {@link #kill}. */
    void restart() throws IOException {
        process = launch();
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static Map<String, String> merged(Map<String, String> one, Map<String, String> other) {
        Map<String, String> all = new HashMap<>(one);
        all.putAll(other);
        return all;
    }
}
