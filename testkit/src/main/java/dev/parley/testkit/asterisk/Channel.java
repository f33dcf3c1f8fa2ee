package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A channel as ARI shows it. Belongs to the clock's thread. */
abstract sealed class Channel permits CallerChannel, SnoopChannel, MediaChannel, AnnouncerChannel {
    /** Asterisk's channel states, as far as they occur here; the text is what ARI shows. */
    enum State {
        DOWN("Down"),
        RING("Ring"),
        RINGING("Ringing"),
        UP("Up");

        final String text;

        State(String text) {
            this.text = text;
        }
    }

    final String id;
    final String name;
    final Instant created = Instant.now();
    final Map<String, String> variables = new LinkedHashMap<>();
    final CommandQueue commands;
    State state;
    String language = "en";
    /** The Stasis application that holds the channel, or null where the dialplan has it. */
    @Nullable
    String app;

    /** The application that hears of the channel before it is in it: the one that had it originated. */
    @Nullable
    String subscriber;

    List<String> appArgs = List.of();

    @Nullable
    Bridge bridge;

    boolean gone;

    Channel(String id, String name, State state, Switchboard switchboard) {
        this.id = id;
        this.name = name;
        this.state = state;
        this.commands = new CommandQueue(this, switchboard);
    }

    /** What this channel says in the current tick to the others of its bridge, or null where it says nothing. */
    abstract short @Nullable [] speaks();

    /** The channel-specific end: sockets are closed, what hangs on the channel ends with it. */
    abstract void ended();

    JsonObject json() {
        JsonObject nobody = new JsonObject().put("name", "").put("number", "");
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("name", name)
                .put("state", state.text)
                .put("protocol_id", "")
                .put("caller", nobody)
                .put("connected", nobody)
                .put("accountcode", "")
                .put(
                        "dialplan",
                        new JsonObject()
                                .put("context", "default")
                                .put("exten", "s")
                                .put("priority", 1)
                                .put("app_name", app == null ? "" : "Stasis")
                                .put("app_data", app == null ? "" : appData()))
                .put("creationtime", Events.timestamp(created))
                .put("language", language);
        String connectionId = variables.get(MediaChannel.CONNECTION_ID);
        if (connectionId != null) {
            json.put("channelvars", new JsonObject().put(MediaChannel.CONNECTION_ID, connectionId));
        }
        return json;
    }

    private String appData() {
        return appArgs.isEmpty() ? String.valueOf(app) : app + "," + String.join(",", appArgs);
    }
}
