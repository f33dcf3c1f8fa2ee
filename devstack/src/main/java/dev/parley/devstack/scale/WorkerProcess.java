package dev.parley.devstack.scale;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** A {@link ScaleWorker}, to be killed as the kernel kills. What it begins on is told on a thread of its own. */
public final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final int healthPort;

    /**
     * Starts it; {@link #awaitReady} before there is work for it.
     *
     * @param settings by their names in the environment
     * @param cost of each recognition
     * @param took called with the hash of the samples of each chunk that it begins on
     */
    public WorkerProcess(Map<String, String> settings, Duration cost, IntConsumer took) throws IOException {
        try (var socket = new ServerSocket(0)) {
            healthPort = socket.getLocalPort();
        }
        // The class path goes by the environment: a command line above 4 kB crashes onnxruntime.
        var builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                ScaleWorker.class.getName(),
                Long.toString(cost.toMillis())));
        var environment = new HashMap<>(settings);
        environment.put("HTTP_PORT", Integer.toString(healthPort));
        environment.put("LOG_LEVEL", "error");
        environment.put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        var log = Path.of(System.getProperty("parley.log", "target/scale.log") + ".workers")
                .toAbsolutePath();
        Files.createDirectories(log.getParent());
        process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
        var output = process.inputReader();
        Thread.ofVirtual().name("worker output").start(() -> listen(output, took));
    }

    private static void listen(BufferedReader output, IntConsumer took) {
        try (output) {
            output.lines()
                    .filter(line -> line.startsWith(ScaleWorker.TOOK))
                    .forEach(line -> took.accept(Integer.parseInt(line.substring(ScaleWorker.TOOK.length()))));
        } catch (IOException | UncheckedIOException e) {
            // It was killed.
        }
    }

    /** Returns once it can take work. */
    public WorkerProcess awaitReady(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!ready()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("A worker did not become ready");
            }
            Thread.sleep(50);
        }
        return this;
    }

    private boolean ready() {
        try {
            var connection = (HttpURLConnection) URI.create("http://localhost:" + healthPort + "/readyz")
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** No handler runs, nothing is flushed. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
