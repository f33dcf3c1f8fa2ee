package dev.parley.runtime.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.runtime.Unavailable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /livez}: 200 while the process makes progress, else 503. {@code /readyz}: 200 while it can take work, else 503 and why. {@code /metrics}: its meters for
 * Prometheus. Each request has a virtual thread of its own.
 */
public final class HealthServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Begins to answer.
     *
     * @param notLiveBecause empty while the process makes progress
     * @param notReadyBecause empty while it can take work
     * @param metrics in Prometheus' text format
     * @throws Unavailable when the port is taken
     */
    public HealthServer(
            int port,
            Supplier<Optional<String>> notLiveBecause,
            Supplier<Optional<String>> notReadyBecause,
            Supplier<String> metrics) {
        try {
            server = HttpServer.create(new InetSocketAddress(port), 16);
        } catch (IOException e) {
            throw new Unavailable(
                    "Port " + port + " (HTTP_PORT) cannot be opened: " + e.getMessage()
                            + ". Choose another, or 0 for none.",
                    e);
        }
        server.setExecutor(threads);
        server.createContext("/livez", exchange -> state(exchange, notLiveBecause.get()));
        server.createContext("/readyz", exchange -> state(exchange, notReadyBecause.get()));
        server.createContext("/metrics", exchange -> answer(exchange, 200, "text/plain; version=0.0.4", metrics.get()));
        server.start();
    }

    /** The port that it answers at. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private static void state(HttpExchange exchange, Optional<String> problem) throws IOException {
        answer(exchange, problem.isEmpty() ? 200 : 503, "text/plain; charset=utf-8", problem.orElse("ok") + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
