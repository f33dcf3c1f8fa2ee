package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** The {@code /asterisk} and {@code /applications} resources. Runs on the clock's thread. */
final class SystemRequests {
    private final Switchboard board;
    private final String asteriskName;
    private final Instant started = Instant.now();

    SystemRequests(Switchboard board, String asteriskName) {
        this.board = board;
        this.asteriskName = asteriskName;
    }

    AriReply info(AriParameters parameters) {
        return AriReply.ok(new JsonObject()
                .put("build", new JsonObject().put("os", "Linux").put("kernel", "simulated"))
                .put("system", new JsonObject().put("version", "22.10.1").put("entity_id", asteriskName))
                .put("config", new JsonObject().put("name", asteriskName).put("default_language", "en"))
                .put("status", new JsonObject().put("startup_time", Events.timestamp(started))));
    }

    AriReply ping(AriParameters parameters) {
        return AriReply.ok(new JsonObject()
                .put("asterisk_id", asteriskName)
                .put("ping", "pong")
                .put("timestamp", Events.timestamp(Instant.now())));
    }

    AriReply applications(AriParameters parameters) {
        JsonArray all = new JsonArray();
        board.events.apps().keySet().forEach(app -> all.add(json(app)));
        return AriReply.ok(all);
    }

    AriReply application(AriParameters parameters) {
        String app = parameters.path("app");
        return board.events.apps().containsKey(app)
                ? AriReply.ok(json(app))
                : AriReply.error(404, "Application not found");
    }

    private JsonObject json(String app) {
        JsonArray channels = new JsonArray();
        JsonArray bridges = new JsonArray();
        for (Channel channel : board.channels.values()) {
            if (app.equals(channel.app)) {
                channels.add(channel.id);
                if (channel.bridge != null && !bridges.contains(channel.bridge.id)) {
                    bridges.add(channel.bridge.id);
                }
            }
        }
        return new JsonObject()
                .put("name", app)
                .put("channel_ids", channels)
                .put("bridge_ids", bridges)
                .put("endpoint_ids", new JsonArray())
                .put("device_names", new JsonArray())
                .put("events_allowed", new JsonArray())
                .put("events_disallowed", new JsonArray());
    }
}
