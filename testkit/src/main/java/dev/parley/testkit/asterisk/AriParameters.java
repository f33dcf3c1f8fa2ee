package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parameters of one REST request: path, query, and the JSON body, which may stand for query parameters in ARI. */
final class AriParameters {
    private final Map<String, String> path;
    private final Map<String, String> query;
    private final JsonObject body;

    AriParameters(Map<String, String> path, Map<String, String> query, JsonObject body) {
        this.path = path;
        this.query = query;
        this.body = body;
    }

    /** A part of the path, which the route guarantees. */
    String path(String name) {
        return Objects.requireNonNull(path.get(name), name);
    }

    /** A parameter, or null where it is missing or empty, which Asterisk does not tell apart. */
    @Nullable
    String get(String name) {
        Object inBody = body.getValue(name);
        String value = inBody != null ? inBody.toString() : query.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /** A number; {@code otherwise} where it is missing or none. */
    int number(String name, int otherwise) {
        String value = get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** A list: an array in the JSON body is taken as it is, text is split at its commas, as Asterisk does. */
    List<String> list(String name) {
        if (body.getValue(name) instanceof JsonArray array) {
            List<String> values = new ArrayList<>();
            array.forEach(value -> values.add(String.valueOf(value)));
            return values;
        }
        String value = get(name);
        return value == null ? List.of() : List.of(value.split(",", -1));
    }

    /** The {@code variables} object of a request that creates a channel. */
    Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        if (body.getValue("variables") instanceof JsonObject object) {
            object.forEach(entry -> variables.put(entry.getKey(), String.valueOf(entry.getValue())));
        }
        return variables;
    }

    Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>(query);
        body.forEach(entry -> all.put(entry.getKey(), String.valueOf(entry.getValue())));
        return all;
    }
}
