package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the control messages of one media websocket are written: plain text, or JSON where the leg was made with
 * {@code transport_data=f(json)}.
 */
enum MediaControl {
    PLAIN,
    JSON;

    /**
     * A command of the client's.
     *
     * @param id its correlation id, which text puts behind the command
     */
    record Command(String name, @Nullable String id) {}

    static MediaControl of(String transportData) {
        return transportData.contains("f(json)") ? JSON : PLAIN;
    }

    /** Empty for what is no JSON. */
    Optional<Command> read(String message) {
        if (this == PLAIN) {
            String[] words = message.strip().split(" ", 2);
            return Optional.of(new Command(words[0], words.length > 1 ? words[1] : null));
        }
        try {
            JsonObject json = new JsonObject(message);
            return Optional.of(new Command(json.getString("command", ""), json.getString("correlation_id")));
        } catch (io.vertx.core.json.DecodeException | ClassCastException e) {
            return Optional.empty();
        }
    }

    /** An event about which a client is told what it had asked to be told; text leaves its channel out. */
    String reminder(String event, String channelId, @Nullable String id) {
        if (this == PLAIN) {
            return id == null || id.isEmpty() ? event : event + " " + id;
        }
        return new JsonObject()
                .put("event", event)
                .put("channel_id", channelId)
                .put("correlation_id", id == null ? "" : id)
                .encode();
    }

    String plain(String event, String channelId) {
        return this == PLAIN
                ? event
                : new JsonObject()
                        .put("event", event)
                        .put("channel_id", channelId)
                        .encode();
    }

    String fields(String event, Map<String, Object> fields) {
        if (this == JSON) {
            JsonObject json = new JsonObject().put("event", event);
            fields.forEach(json::put);
            return json.encode();
        }
        StringBuilder text = new StringBuilder(event);
        fields.forEach(
                (name, value) -> text.append(' ').append(name).append(':').append(value));
        return text.toString();
    }
}
