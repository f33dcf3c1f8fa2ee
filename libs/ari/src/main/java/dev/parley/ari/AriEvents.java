package dev.parley.ari;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events websocket of one application, kept open: it pings, notices a peer that has gone silent, and connects again with
 * growing pauses for as long as it is not closed.
 *
 * <p>Events that Asterisk sends while the socket is down are lost for good. So after every {@link Listener#connected} the listener
 * must look at what is there (channels, bridges) instead of waiting for events. Everything here, the listener's methods included,
 * runs on the one context that {@link #start} was called on; a listener that blocks makes Asterisk close the socket after 100 ms.
 */
public final class AriEvents {
    private static final Logger LOG = LoggerFactory.getLogger(AriEvents.class);

    private static final Duration PING_EVERY = Duration.ofSeconds(2);
    private static final int PINGS_UNANSWERED = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int LARGEST_MESSAGE = 1 << 20;

    /** Hears of events and of the connection. An exception from it is logged and costs only that event. */
    public interface Listener {
        /** Events flow from now on; those of the time before are lost. */
        void connected();

        /** Events do not flow; the next attempt comes by itself. */
        void disconnected(AriFault fault);

        void event(AriEvent event);

        /** A message that could not be read was dropped. */
        void malformed(String why);
    }

    private final Vertx vertx;
    private final AriServer server;
    private final WebSocketClient client;
    private final Listener listener;

    private @Nullable Context context;
    private @Nullable ClientWebSocket socket;
    private boolean closed;
    private Duration pause = FIRST_PAUSE;
    private int unanswered;
    private long pinger = -1;

    /** @param vertx stays the caller's to close */
    public AriEvents(Vertx vertx, AriServer server, Listener listener) {
        this.vertx = vertx;
        this.server = server;
        this.listener = listener;
        this.client = vertx.createWebSocketClient(server.sockets(LARGEST_MESSAGE));
    }

    /** Begins to connect. Call it once, on the context that events are wanted on. */
    public void start() {
        context = vertx.getOrCreateContext();
        connect();
    }

    private void connect() {
        if (closed) {
            return;
        }
        ClientWebSocket next = client.webSocket();
        next.textMessageHandler(message -> received(next, message));
        next.pongHandler(_ -> unanswered = 0);
        next.closeHandler(_ -> lost(next, "the connection was closed", null));
        next.exceptionHandler(fault ->
                LOG.atDebug().setCause(fault).addKeyValue("server", server).log("events socket failed"));
        socket = next;
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setURI(server.eventsPath()).setTimeout(5_000);
        options.putHeader("Authorization", server.authorization());
        next.connect(options).onComplete(result -> {
            if (closed) {
                next.close();
            } else if (result.succeeded()) {
                opened(next);
            } else {
                lost(next, String.valueOf(result.cause().getMessage()), result.cause());
            }
        });
    }

    private void opened(ClientWebSocket opened) {
        pause = FIRST_PAUSE;
        unanswered = 0;
        pinger = vertx.setPeriodic(PING_EVERY.toMillis(), _ -> ping(opened));
        guarded(listener::connected);
    }

    private void ping(ClientWebSocket open) {
        if (++unanswered > PINGS_UNANSWERED) {
            open.close();
            lost(open, "no answer to " + PINGS_UNANSWERED + " pings", null);
        } else {
            open.writePing(Buffer.buffer("parley"));
        }
    }

    private void received(ClientWebSocket from, String message) {
        if (from != socket) {
            return;
        }
        switch (AriEventReader.read(message)) {
            case AriEventReader.Reading.Known(AriEvent event) -> guarded(() -> listener.event(event));
            case AriEventReader.Reading.Skipped(String type) ->
                LOG.atTrace().addKeyValue("type", type).log("event skipped");
            case AriEventReader.Reading.Malformed(String why) -> guarded(() -> listener.malformed(why));
        }
    }

    private void lost(ClientWebSocket which, String why, @Nullable Throwable cause) {
        if (which != socket || closed) {
            return;
        }
        socket = null;
        vertx.cancelTimer(pinger);
        AriFault fault = fault(why, cause);
        guarded(() -> listener.disconnected(fault));
        vertx.setTimer(pause.toMillis(), _ -> connect());
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }

    private AriFault fault(String why, @Nullable Throwable cause) {
        if (cause instanceof UpgradeRejectedException rejected) {
            return switch (rejected.getStatus()) {
                case 401, 403 ->
                    new AriFault(
                            AriFault.Kind.UNAUTHORISED,
                            server + " refuses this user or its password (" + rejected.getStatus() + ")",
                            cause);
                default ->
                    new AriFault(
                            AriFault.Kind.NOT_ARI,
                            "no events websocket at " + server.url() + " (" + rejected.getStatus() + ")",
                            cause);
            };
        }
        return new AriFault(AriFault.Kind.UNREACHABLE, "no events from " + server.url() + ": " + why, cause);
    }

    private static void guarded(Runnable listenerCall) {
        try {
            listenerCall.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("an event could not be handled");
        }
    }

    /** Ends it, from any thread; the listener hears nothing more. */
    public Future<Void> close() {
        Context own = context;
        if (own == null) {
            return client.close();
        }
        io.vertx.core.Promise<Void> done = io.vertx.core.Promise.promise();
        own.runOnContext(_ -> {
            closed = true;
            vertx.cancelTimer(pinger);
            client.close().onComplete(done);
        });
        return done.future();
    }
}
