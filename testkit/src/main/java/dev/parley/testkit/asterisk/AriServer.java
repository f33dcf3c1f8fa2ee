package dev.parley.testkit.asterisk;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network side: REST, the events websocket and the media websocket on one port. It decides nothing: each request is
 * handed to the clock's thread.
 */
final class AriServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AriServer.class);
    private static final String MEDIA = "/media/";
    private static final int LOGGED_REQUESTS = 100_000;

    private final Switchboard board;
    private final String credentials;
    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
    private final HttpServer server;
    private final Queue<AriRequest> requests = new ConcurrentLinkedQueue<>();

    AriServer(Switchboard board, String credentials, String asteriskName, Consumer<String> crash) {
        this.board = board;
        this.credentials = credentials;
        HttpServerOptions options = new HttpServerOptions()
                .addWebSocketSubProtocol("media")
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        this.server = vertx.createHttpServer(options)
                .webSocketHandshakeHandler(this::handshake)
                .webSocketHandler(this::connected)
                .requestHandler(routes(asteriskName, crash));
    }

    /** Listens; returns the port. */
    int listen(int port) {
        return await(server.listen(port, "127.0.0.1")).actualPort();
    }

    List<AriRequest> requests() {
        return List.copyOf(requests);
    }

    /** Closes an application's events socket, as a network that breaks would. */
    void cutEvents(String app) {
        board.clock.execute(() -> {
            Events.App known = board.events.apps().get(app);
            if (known != null && known.socket != null) {
                known.socket.close();
            }
        });
    }

    private Router routes(String asteriskName, Consumer<String> crash) {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false).setBodyLimit(65_536));
        router.route("/ari/*").handler(this::authenticate);
        ChannelRequests channels = new ChannelRequests(board, crash);
        String channel = "/channels/:channelId";
        on(router, "GET", "/channels", channels::list);
        on(router, "POST", "/channels/externalMedia", channels::externalMedia);
        on(router, "POST", "/channels", p -> board.originate.originate(p, p.get("channelId")));
        on(router, "POST", channel, p -> board.originate.originate(p, p.path("channelId")));
        on(router, "GET", channel, channels::get);
        on(router, "DELETE", channel, channels::hangUp);
        later(router, "POST", channel + "/answer", channels::answer);
        on(router, "POST", channel + "/ring", p -> channels.ring(p, true));
        on(router, "DELETE", channel + "/ring", p -> channels.ring(p, false));
        on(router, "POST", channel + "/dtmf", channels::sendDigits);
        on(router, "POST", channel + "/continue", channels::continueInDialplan);
        on(router, "GET", channel + "/variable", channels::getVariable);
        later(router, "POST", channel + "/variable", channels::setVariable);
        on(router, "POST", channel + "/snoop", p -> channels.snoop(p, p.get("snoopId")));
        on(router, "POST", channel + "/snoop/:snoopId", p -> channels.snoop(p, p.path("snoopId")));
        on(router, "POST", channel + "/play", p -> channels.play(p, p.get("playbackId")));
        on(router, "POST", channel + "/play/:playbackId", p -> channels.play(p, p.path("playbackId")));
        BridgeRequests bridges = new BridgeRequests(board);
        String bridge = "/bridges/:bridgeId";
        on(router, "GET", "/bridges", bridges::list);
        on(router, "POST", "/bridges", p -> bridges.create(p, null));
        on(router, "POST", bridge, p -> bridges.create(p, p.path("bridgeId")));
        on(router, "GET", bridge, bridges::get);
        on(router, "DELETE", bridge, bridges::delete);
        on(router, "POST", bridge + "/play", p -> bridges.play(p, null));
        on(router, "POST", bridge + "/play/:playbackId", p -> bridges.play(p, p.path("playbackId")));
        later(router, "POST", bridge + "/addChannel", bridges::addChannel);
        later(router, "POST", bridge + "/removeChannel", bridges::removeChannel);
        String playback = "/playbacks/:playbackId";
        on(router, "GET", playback, p -> board.playbacks.get(p.path("playbackId")));
        on(router, "DELETE", playback, p -> board.playbacks.stop(p.path("playbackId")));
        on(
                router,
                "POST",
                playback + "/control",
                p -> board.playbacks.control(p.path("playbackId"), p.get("operation")));
        SystemRequests system = new SystemRequests(board, asteriskName);
        on(router, "GET", "/asterisk/info", system::info);
        on(router, "GET", "/asterisk/ping", system::ping);
        on(router, "GET", "/applications", system::applications);
        on(router, "GET", "/applications/:app", system::application);
        router.route().handler(context -> {
            LOG.atWarn()
                    .addKeyValue(
                            "request",
                            context.request().method() + " " + context.request().path())
                    .log("the simulator has no such resource");
            answer(context, AriReply.error(404, "Resource not found"), Map.of(), Instant.now());
        });
        return router;
    }

    private void on(Router router, String method, String path, Function<AriParameters, AriReply> work) {
        later(router, method, path, (parameters, reply) -> reply.accept(work.apply(parameters)));
    }

    private void later(Router router, String method, String path, BiConsumer<AriParameters, Consumer<AriReply>> work) {
        router.route(HttpMethod.valueOf(method), "/ari" + path).handler(context -> {
            Instant at = Instant.now();
            AriParameters parameters;
            try {
                parameters = parameters(context);
            } catch (io.vertx.core.json.DecodeException | ClassCastException e) {
                answer(context, AriReply.error(400, "Request body could not be parsed"), Map.of(), at);
                return;
            }
            Map<String, String> all = parameters.all();
            Runnable task = () -> {
                int failure = board.faults.failureOf(method, ariPath(context));
                if (failure != 0) {
                    answer(context, AriReply.error(failure, "injected by the test"), all, at);
                    return;
                }
                try {
                    work.accept(parameters, reply -> answer(context, reply, all, at));
                } catch (RuntimeException e) {
                    answer(context, AriReply.error(500, "the simulator failed: " + e), all, at);
                    throw e;
                }
            };
            Duration delay = board.faults.replyDelay();
            board.clock.execute(delay.isZero() ? task : () -> board.clock.after(delay, task));
        });
    }

    private static AriParameters parameters(RoutingContext context) {
        Map<String, String> query = new LinkedHashMap<>();
        context.queryParams().forEach(entry -> query.putIfAbsent(entry.getKey(), entry.getValue()));
        query.remove("api_key");
        String text = context.body().asString();
        JsonObject body = text == null || text.isBlank() ? new JsonObject() : new JsonObject(text);
        return new AriParameters(context.pathParams(), query, body);
    }

    private static String ariPath(RoutingContext context) {
        String path = context.request().path();
        return path.startsWith("/ari") ? path.substring(4) : path;
    }

    private void answer(RoutingContext context, AriReply reply, Map<String, String> parameters, Instant at) {
        AriRequest request = new AriRequest(
                at,
                context.request().method().name(),
                URLDecoder.decode(ariPath(context).replace("+", "%2B"), StandardCharsets.UTF_8),
                parameters,
                reply.status());
        if (requests.size() < LOGGED_REQUESTS) {
            requests.add(request);
        }
        LOG.atDebug()
                .addKeyValue("request", request.line())
                .addKeyValue("status", reply.status())
                .log("ARI");
        context.vertx().runOnContext(ignored -> {
            if (reply.status() == 0 || context.response().closed()) {
                return;
            }
            context.response().setStatusCode(reply.status());
            if (reply.body() == null) {
                context.response().end();
            } else {
                context.response().putHeader("Content-Type", "application/json").end(reply.body());
            }
        });
    }

    private void authenticate(RoutingContext context) {
        if (isAuthorised(
                context.request().getHeader("Authorization"),
                context.queryParams().get("api_key"))) {
            context.next();
        } else {
            answer(context, AriReply.error(401, "Authentication required"), Map.of(), Instant.now());
        }
    }

    private boolean isAuthorised(@Nullable String header, @Nullable String apiKey) {
        String basic = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return credentials.equals(apiKey) || basic.equals(header);
    }

    private void handshake(ServerWebSocketHandshake handshake) {
        Map<String, String> query = query(handshake.query());
        if (handshake.path().equals("/ari/events")) {
            if (!isAuthorised(handshake.headers().get("Authorization"), query.get("api_key"))) {
                handshake.reject(401);
            } else if (query.getOrDefault("app", "").isEmpty()) {
                handshake.reject(400);
            } else {
                handshake.accept();
            }
        } else if (handshake.path().startsWith(MEDIA)) {
            String connectionId = handshake.path().substring(MEDIA.length());
            board.clock.execute(() -> {
                MediaChannel leg = board.mediaChannel(connectionId);
                int status = leg == null ? 404 : leg.claim() ? 0 : 409;
                vertx.runOnContext(ignored -> {
                    if (status == 0) {
                        handshake.accept();
                    } else {
                        handshake.reject(status);
                    }
                });
            });
        } else {
            handshake.reject(404);
        }
    }

    private void connected(ServerWebSocket socket) {
        if (socket.path().startsWith(MEDIA)) {
            connectedMedia(socket, socket.path().substring(MEDIA.length()));
            return;
        }
        Map<String, String> query = query(socket.query());
        boolean all = Boolean.parseBoolean(query.get("subscribeAll"));
        List<String> apps = List.of(query.getOrDefault("app", "").split(","));
        socket.closeHandler(ignored -> board.clock.execute(
                () -> apps.forEach(app -> board.events.disconnected(app, socket, board.hasChannels(app)))));
        board.clock.execute(() -> apps.forEach(app -> board.events.connected(app, all, socket)));
    }

    private void connectedMedia(ServerWebSocket socket, String connectionId) {
        socket.textMessageHandler(text -> board.clock.execute(() -> {
            MediaChannel leg = board.mediaChannel(connectionId);
            if (leg != null && leg.control(text)) {
                board.hangUp(leg, 16, false);
            }
        }));
        socket.binaryMessageHandler(buffer -> {
            byte[] message = buffer.getBytes();
            board.clock.execute(() -> {
                MediaChannel leg = board.mediaChannel(connectionId);
                if (leg != null && leg.audio(message)) {
                    board.destroy(leg, 0);
                }
            });
        });
        socket.closeHandler(ignored -> board.clock.execute(() -> {
            MediaChannel leg = board.mediaChannel(connectionId);
            if (leg != null) {
                board.destroy(leg, 0);
            }
        }));
        board.clock.execute(() -> {
            MediaChannel leg = board.mediaChannel(connectionId);
            if (leg == null) {
                socket.close();
            } else {
                leg.connected(socket);
                board.legAnswered(leg);
            }
        });
    }

    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the simulated Asterisk's server failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
