package dev.parley.ari;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;

/**
 * Requests to one Asterisk. Thread-safe; every request has the client's time-out. A request that timed out or lost its connection
 * may have been carried out all the same: nothing is repeated here, because a repeated {@code play} plays twice.
 */
public final class AriClient {
    private final AriServer server;
    private final AriRest rest;
    private final ChannelCalls channels;
    private final BridgeCalls bridges;
    private final PlaybackCalls playbacks;

    /**
     * @param vertx stays the caller's to close
     * @param timeout of each request, from the call to the last byte of its answer
     */
    public AriClient(Vertx vertx, AriServer server, Duration timeout) {
        this.server = server;
        this.rest = new AriRest(vertx, server, timeout);
        this.channels = new ChannelCalls(rest);
        this.bridges = new BridgeCalls(rest);
        this.playbacks = new PlaybackCalls(rest);
    }

    public AriServer server() {
        return server;
    }

    public ChannelCalls channels() {
        return channels;
    }

    public BridgeCalls bridges() {
        return bridges;
    }

    public PlaybackCalls playbacks() {
        return playbacks;
    }

    /** {@code GET /asterisk/info}: answers when address, user and password are right; the value is Asterisk's version. */
    public Future<Outcome<String>> version() {
        return rest.send(
                HttpMethod.GET,
                "/asterisk/info",
                Map.of("only", "system"),
                null,
                json -> json.path("system").path("version").asText());
    }

    /** Breaks off what is under way. */
    public Future<Void> close() {
        return rest.close();
    }
}
