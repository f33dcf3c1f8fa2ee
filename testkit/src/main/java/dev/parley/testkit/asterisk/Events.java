package dev.parley.testkit.asterisk;

import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Stasis applications and their events websockets. An event for an application whose socket is away is lost, as in
 * Asterisk: nothing is kept and nothing is sent again. Belongs to the clock's thread.
 */
final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    /** A reader that is slower than this is closed with 1011 (websocket_write_timeout). */
    private static final long WRITE_TIMEOUT_NANOS = Duration.ofMillis(100).toNanos();

    /** An application: it lives on without a socket while a channel remains in it. */
    static final class App {
        final String name;
        boolean subscribeAll;

        @Nullable
        ServerWebSocket socket;

        private long fullSince;

        App(String name) {
            this.name = name;
        }
    }

    private final String asteriskId;
    private final FrameClock clock;
    private final Faults faults;
    private final Map<String, App> apps = new LinkedHashMap<>();

    Events(String asteriskId, FrameClock clock, Faults faults) {
        this.asteriskId = asteriskId;
        this.clock = clock;
        this.faults = faults;
    }

    static String timestamp(Instant at) {
        return TIMESTAMP.format(at);
    }

    Map<String, App> apps() {
        return apps;
    }

    boolean isConnected(String app) {
        App known = apps.get(app);
        return known != null && known.socket != null;
    }

    /** A second socket for the same application replaces the first, which is told so and stays open. */
    void connected(String name, boolean subscribeAll, ServerWebSocket socket) {
        App app = apps.computeIfAbsent(name, App::new);
        ServerWebSocket replaced = app.socket;
        if (replaced != null) {
            write(app, replaced, event("ApplicationReplaced", app.name, new JsonObject()));
        }
        app.socket = socket;
        app.subscribeAll = subscribeAll;
        app.fullSince = 0;
    }

    void disconnected(String name, ServerWebSocket socket, boolean channelsRemain) {
        App app = apps.get(name);
        if (app != null && app.socket == socket) {
            app.socket = null;
            if (!channelsRemain) {
                apps.remove(name);
            }
        }
    }

    /** An application without socket and without channels is forgotten. */
    void channelLeft(String name, boolean channelsRemain) {
        App app = apps.get(name);
        if (app != null && app.socket == null && !channelsRemain) {
            apps.remove(name);
        }
    }

    /** Sends an event about a channel to the application that holds it and to those that hear everything. */
    void publish(Channel channel, String type, JsonObject fields) {
        for (App app : apps.values()) {
            if (app.subscribeAll || app.name.equals(channel.app) || app.name.equals(channel.subscriber)) {
                send(app, type, fields);
            }
        }
    }

    private void send(App app, String type, JsonObject fields) {
        if (faults.losesEvent(type)) {
            return;
        }
        JsonObject event = event(type, app.name, fields.copy());
        Duration delay = faults.eventDelay();
        if (delay.isZero()) {
            writeTo(app, event);
        } else {
            clock.after(delay, () -> writeTo(app, event));
        }
    }

    private void writeTo(App app, JsonObject event) {
        ServerWebSocket socket = app.socket;
        if (socket != null) {
            write(app, socket, event);
        }
    }

    private void write(App app, ServerWebSocket socket, JsonObject event) {
        try {
            writeNow(app, socket, event);
        } catch (IllegalStateException e) {
            LOG.atDebug().addKeyValue("app", app.name).log("an event was lost: the socket has closed");
        }
    }

    private static void writeNow(App app, ServerWebSocket socket, JsonObject event) {
        long now = System.nanoTime();
        if (!socket.writeQueueFull()) {
            app.fullSince = 0;
        } else if (app.fullSince == 0) {
            app.fullSince = now;
        } else if (now - app.fullSince > WRITE_TIMEOUT_NANOS) {
            LOG.atWarn().addKeyValue("app", app.name).log("the events' reader is too slow: closed with 1011");
            app.socket = null;
            socket.close((short) 1011);
            return;
        }
        socket.writeTextMessage(event.encode());
    }

    private JsonObject event(String type, String app, JsonObject fields) {
        return fields.put("type", type)
                .put("application", app)
                .put("timestamp", timestamp(Instant.now()))
                .put("asterisk_id", asteriskId);
    }
}
