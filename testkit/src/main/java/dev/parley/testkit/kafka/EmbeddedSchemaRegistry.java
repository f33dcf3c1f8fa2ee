package dev.parley.testkit.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry inside this process that speaks the part of Confluent's REST API that serializers use: subjects and their
 * versions, look-up, schemas by id, compatibility and its configuration. Avro only, nothing can be deleted. It listens on 127.0.0.1
 * alone; with a file its schemas survive a restart. Requests run on virtual threads.
 */
public final class EmbeddedSchemaRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ANY_PORT = 0;

    private final SchemaStore store;
    private final List<Route> routes = routes();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private EmbeddedSchemaRegistry(@Nullable Path file, int port) {
        this.store = new SchemaStore(file);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on 127.0.0.1:" + port, e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A registry on a free port that forgets everything when it is closed. */
    public static EmbeddedSchemaRegistry start() {
        return new EmbeddedSchemaRegistry(null, ANY_PORT);
    }

    /** A registry on this port (0: a free one) that keeps its schemas in this file, which need not exist yet. */
    public static EmbeddedSchemaRegistry start(Path file, int port) {
        return new EmbeddedSchemaRegistry(file, port);
    }

    /** What clients put into {@code schema.registry.url}. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            JsonNode answer;
            try {
                answer = answer(exchange);
            } catch (RegistryRefusal refusal) {
                status = refusal.status();
                answer = JSON.createObjectNode()
                        .put("error_code", refusal.errorCode())
                        .put("message", refusal.getMessage());
            } catch (RuntimeException e) {
                status = 500;
                answer = JSON.createObjectNode().put("error_code", 50001).put("message", e.toString());
            }
            byte[] body = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private JsonNode answer(HttpExchange exchange) throws IOException, RegistryRefusal {
        // On the path alone: clients add parameters such as ?normalize=false or ?fetchMaxId=false.
        List<String> path = Stream.of(exchange.getRequestURI().getRawPath().split("/"))
                .filter(part -> !part.isEmpty())
                .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
                .toList();
        for (Route route : routes) {
            if (route.method().equals(exchange.getRequestMethod()) && route.matches(path)) {
                return route.answer().to(path, exchange);
            }
        }
        throw new RegistryRefusal(404, "HTTP 404 Not Found");
    }

    private List<Route> routes() {
        return List.of(
                route("GET", "subjects", (path, x) -> array(store.subjects())),
                route("POST", "subjects/*", (path, x) -> version(store.lookUp(path.get(1), schema(x)))),
                route("GET", "subjects/*/versions", (path, x) -> array(store.versions(path.get(1)))),
                route(
                        "POST",
                        "subjects/*/versions",
                        (path, x) -> JSON.createObjectNode().put("id", store.register(path.get(1), schema(x)))),
                route("GET", "subjects/*/versions/*", (path, x) -> version(store.version(path.get(1), path.get(3)))),
                route("GET", "schemas/types", (path, x) -> array(List.of("AVRO"))),
                route(
                        "GET",
                        "schemas/ids/*",
                        (path, x) -> JSON.createObjectNode().put("schema", store.byId(path.get(2)))),
                route("GET", "config", (path, x) -> level(store.level())),
                route("PUT", "config", (path, x) -> setLevel(null, x)),
                route("GET", "config/*", (path, x) -> level(store.level(path.get(1)))),
                route("PUT", "config/*", (path, x) -> setLevel(path.get(1), x)),
                route(
                        "POST",
                        "compatibility/subjects/*/versions/*",
                        (path, x) -> compatibility(store.problems(path.get(2), path.get(4), schema(x)))));
    }

    private static Route route(String method, String template, Answer answer) {
        return new Route(method, List.of(template.split("/")), answer);
    }

    /** A request that is understood; an asterisk in the template is a variable part of the path. */
    private record Route(String method, List<String> template, Answer answer) {
        boolean matches(List<String> path) {
            return path.size() == template.size()
                    && IntStream.range(0, path.size())
                            .allMatch(i -> template.get(i).equals("*")
                                    || template.get(i).equals(path.get(i)));
        }
    }

    private interface Answer {
        JsonNode to(List<String> path, HttpExchange exchange) throws IOException, RegistryRefusal;
    }

    private static JsonNode level(Compatibility level) {
        return JSON.createObjectNode().put("compatibilityLevel", level.name());
    }

    private static String schema(HttpExchange exchange) throws IOException, RegistryRefusal {
        JsonNode body = body(exchange);
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") || !body.path("schema").isTextual()) {
            throw new RegistryRefusal(42201, "Invalid schema: Avro was expected, as {\"schema\": \"…\"}");
        }
        return body.get("schema").asText();
    }

    private static JsonNode body(HttpExchange exchange) throws IOException, RegistryRefusal {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new RegistryRefusal(400, "Not JSON: " + e.getMessage());
        }
    }

    private JsonNode setLevel(@Nullable String subject, HttpExchange exchange) throws IOException, RegistryRefusal {
        String level = body(exchange).path("compatibility").asText();
        store.setLevel(subject, level);
        return JSON.createObjectNode().put("compatibility", level);
    }

    private static JsonNode version(SchemaStore.Version version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.text());
    }

    private static JsonNode compatibility(List<String> problems) {
        ObjectNode answer = JSON.createObjectNode().put("is_compatible", problems.isEmpty());
        answer.set("messages", array(problems));
        return answer;
    }

    private static ArrayNode array(List<?> values) {
        ArrayNode array = JSON.createArrayNode();
        values.forEach(array::addPOJO);
        return array;
    }
}
