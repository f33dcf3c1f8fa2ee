package dev.parley.player.web;

import dev.parley.player.PlayerMeter;
import dev.parley.player.sound.LineSound;
import dev.parley.player.sound.SoundShelf;
import dev.parley.runtime.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves the sounds on the shelf to Asterisk: 8 kHz WAV as {@code audio/wav}, with its length, to be kept until the address expires (and
 * without an ETag, for which Asterisk would ask again under a global lock). 403 for an address that is forged or expired, 404 for a
 * sound that is not here. Runs on Vert.x event loops.
 */
public final class MediaServer {
    /** Answers 204, to anybody: whether the server can be reached. */
    public static final String HERE = "/media/";

    private final Vertx vertx;
    private final SoundShelf shelf;
    private final MediaAddress addresses;
    private final Clock clock;
    private final Metrics metrics;
    private @Nullable HttpServer server;

    public MediaServer(Vertx vertx, SoundShelf shelf, MediaAddress addresses, Clock clock, Metrics metrics) {
        this.vertx = vertx;
        this.shelf = shelf;
        this.addresses = addresses;
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * Listens.
     *
     * @param port 0: any
     * @return the port
     */
    public Future<Integer> listen(int port) {
        HttpServer http = vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true));
        server = http;
        return http.requestHandler(this::serve).listen(port).map(HttpServer::actualPort);
    }

    private void serve(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        boolean head = request.method().equals(HttpMethod.HEAD);
        if (!head && !request.method().equals(HttpMethod.GET)) {
            response.setStatusCode(405).end();
            return;
        }
        String path = request.path() == null ? "" : request.path();
        if (path.equals(HERE)) {
            response.setStatusCode(204).end();
            return;
        }
        Instant now = clock.instant();
        Optional<MediaAddress.Refusal> refusal = addresses.refusal(path, now);
        if (refusal.isPresent()) {
            boolean unknown = refusal.get() == MediaAddress.Refusal.UNKNOWN;
            metrics.counter(
                            PlayerMeter.MEDIA_REFUSED,
                            "reason",
                            refusal.get().name().toLowerCase(Locale.ROOT))
                    .increment();
            response.setStatusCode(unknown ? 404 : 403).end();
            return;
        }
        MediaAddress.Named named = addresses.named(path);
        LineSound sound = shelf.get(named.sound());
        if (sound == null) {
            metrics.counter(PlayerMeter.MEDIA_REFUSED, "reason", "gone").increment();
            response.setStatusCode(404).end();
            return;
        }
        metrics.counter(PlayerMeter.MEDIA_SERVED).increment();
        byte[] wav = sound.wav();
        response.putHeader("Content-Type", "audio/wav")
                .putHeader("Content-Length", Integer.toString(wav.length))
                .putHeader(
                        "Cache-Control",
                        "max-age="
                                + Math.max(
                                        1,
                                        Duration.between(now, named.expires()).toSeconds()));
        if (head) {
            response.end();
        } else {
            response.end(Buffer.buffer(wav));
        }
    }

    /** Serves nothing more. */
    public Future<Void> close() {
        return server == null ? Future.succeededFuture() : server.close();
    }
}
