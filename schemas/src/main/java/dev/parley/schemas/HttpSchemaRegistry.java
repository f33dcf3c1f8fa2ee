package dev.parley.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of Confluent's REST API. An instance that cannot be reached or is not well (status 408, 429, 5xx) is left for the next one;
 * when none of them answers, all are asked again after a wait that doubles, as often as the settings say. What was found is kept for
 * good: a schema id never changes its meaning.
 */
final class HttpSchemaRegistry implements SchemaRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSchemaRegistry.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int SHOWN = 300;

    private record Subject(String name, Schema schema) {}

    private final RegistrySettings settings;
    private final HttpClient http;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Subject, Integer> ids = new ConcurrentHashMap<>();
    /** The instance that answered last is asked first. */
    private volatile int first;

    HttpSchemaRegistry(Map<String, ?> config) {
        this.settings = RegistrySettings.from(config);
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout());
        RegistryTls.context(config).ifPresent((SSLContext context) -> builder.sslContext(context));
        this.http = builder.build();
    }

    @Override
    public int register(String subject, Schema schema) {
        return id(subject, schema, "register", "/versions");
    }

    @Override
    public int idOf(String subject, Schema schema) {
        return id(subject, schema, "look up", "");
    }

    @Override
    public Registered latest(String subject) {
        String what = "read the latest schema of subject " + subject;
        JsonNode answer = ask("GET", "/subjects/" + encode(subject) + "/versions/latest", null, what);
        return new Registered(number(answer, "id", what), number(answer, "version", what), schema(answer, what));
    }

    @Override
    public Schema byId(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        String what = "read schema id " + id;
        Schema schema = schema(ask("GET", "/schemas/ids/" + id, null, what), what);
        schemas.put(id, schema);
        return schema;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private int id(String name, Schema schema, String verb, String path) {
        Subject subject = new Subject(name, schema);
        Integer known = ids.get(subject);
        if (known != null) {
            return known;
        }
        ObjectNode body = JSON.createObjectNode().put("schema", schema.toString());
        String what = verb + " the schema of " + schema.getFullName() + " under subject " + name;
        String normalize = settings.normalize() ? "?normalize=true" : "";
        int id = number(ask("POST", "/subjects/" + encode(name) + path + normalize, body.toString(), what), "id", what);
        ids.put(subject, id);
        return id;
    }

    private JsonNode ask(String method, String path, @Nullable String body, String what) {
        for (int retry = 0; ; retry++) {
            SchemaRegistryException problem = null;
            for (int i = 0; i < settings.urls().size(); i++) {
                int instance = (first + i) % settings.urls().size();
                try {
                    JsonNode answer = askOne(settings.urls().get(instance), method, path, body, what);
                    first = instance;
                    return answer;
                } catch (SchemaRegistryException e) {
                    if (!e.retriable()) {
                        throw e;
                    }
                    if (problem != null) {
                        e.addSuppressed(problem);
                    }
                    problem = e;
                }
            }
            if (problem == null || retry == settings.retries()) {
                throw new SchemaRegistryException(
                        (problem == null ? "No schema registry" : problem.getMessage()) + " (asked " + (retry + 1)
                                + " times of " + settings.urls() + ")",
                        problem == null ? 0 : problem.status(),
                        problem == null ? 0 : problem.errorCode(),
                        problem);
            }
            LOG.atDebug().addKeyValue("retry", retry + 1).log(problem.getMessage());
            pause(retry, what);
        }
    }

    private JsonNode askOne(URI base, String method, String path, @Nullable String body, String what) {
        String url = base + path;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(settings.readTimeout())
                .header("Accept", TYPE + ", application/json")
                .header("Content-Type", TYPE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (settings.authorization() != null) {
            request.header("Authorization", settings.authorization());
        }
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new SchemaRegistryException(
                    "Cannot " + what + ": no answer from " + url + ": " + why
                            + ". Is the schema registry up, and schema.registry.url right?",
                    0,
                    0,
                    e);
        } catch (InterruptedException e) {
            throw new InterruptException("Interrupted while asking the schema registry to " + what, e);
        }
        JsonNode json = parse(response.body());
        if (response.statusCode() == 200) {
            if (json != null) {
                return json;
            }
            throw new SchemaRegistryException(
                    "Cannot " + what + ": " + url + " answers 200, but not as a schema registry does: "
                            + shown(response.body()) + ". Is schema.registry.url right?",
                    200,
                    0,
                    null);
        }
        throw refusal(url, response, json, what);
    }

    private SchemaRegistryException refusal(
            String url, HttpResponse<String> response, @Nullable JsonNode json, String what) {
        int status = response.statusCode();
        int code = json == null ? 0 : json.path("error_code").asInt(0);
        String said = json == null || !json.has("message")
                ? shown(response.body())
                : json.get("message").asText();
        String advice =
                switch (status) {
                    case 401, 403 -> "Check basic.auth.credentials.source and basic.auth.user.info.";
                    case 404 ->
                        code == 0
                                ? "That is no answer of a schema registry: check schema.registry.url."
                                : "With auto.register.schemas=false every schema must be registered before.";
                    case 409 ->
                        "The subject holds schemas of which this is no compatible next version: another build of"
                                + " Parley, or another program, writes to the topic.";
                    case 422 -> "The registry finds the request invalid.";
                    default ->
                        status >= 500 || status == 429 || status == 408
                                ? "The registry is not well; see its log."
                                : "Check schema.registry.url.";
                };
        return new SchemaRegistryException(
                "Cannot " + what + ": " + url + " answers " + status + (code == 0 ? "" : ", error code " + code) + ", '"
                        + said + "'. " + advice,
                status,
                code,
                null);
    }

    private static Schema schema(JsonNode answer, String what) {
        String type = answer.path("schemaType").asText("AVRO");
        String problem;
        if (!type.equals("AVRO")) {
            problem = "it is of type " + type + ", not AVRO";
        } else if (answer.path("references").size() > 0) {
            problem = "it refers to other schemas, which Parley does not do";
        } else {
            try {
                return new Schema.Parser()
                        .setValidateDefaults(false)
                        .parse(answer.path("schema").asText());
            } catch (AvroRuntimeException e) {
                problem = "it is no Avro schema: " + e.getMessage();
            }
        }
        throw new SchemaRegistryException(
                "Cannot " + what + ": " + problem, 200, SchemaRegistryException.NO_AVRO_SCHEMA, null);
    }

    private static int number(JsonNode answer, String field, String what) {
        if (!answer.path(field).isInt()) {
            throw new SchemaRegistryException(
                    "Cannot " + what + ": the answer holds no " + field + ": " + shown(answer.toString()),
                    200,
                    0,
                    null);
        }
        return answer.get(field).asInt();
    }

    private static @Nullable JsonNode parse(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json != null && json.isObject() ? json : null;
        } catch (IOException noJson) {
            return null;
        }
    }

    private void pause(int retry, String what) {
        Duration doubled = settings.firstWait().multipliedBy(1L << Math.min(retry, 20));
        long millis = Math.min(doubled.toMillis(), settings.longestWait().toMillis());
        try {
            // Spread out, so that a registry that comes back is not met by everyone at once.
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
        } catch (InterruptedException e) {
            throw new InterruptException("Interrupted while asking the schema registry to " + what, e);
        }
    }

    private static String shown(String body) {
        String line = body.replaceAll("\\s+", " ").strip();
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
