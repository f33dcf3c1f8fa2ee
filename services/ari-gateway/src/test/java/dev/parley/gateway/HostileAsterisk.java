package dev.parley.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * What listens where Asterisk should: it knows ARI's manners, and while it is hostile it breaks them at random, in what it answers and in
 * what it sends. The same seed gives the same malice, as far as the network lets it. Lives on one event loop.
 */
final class HostileAsterisk implements AutoCloseable {
    private static final List<String> TYPES = List.of(
            "StasisStart",
            "StasisEnd",
            "ChannelDestroyed",
            "ChannelHangupRequest",
            "ChannelDtmfReceived",
            "ChannelHold",
            "ChannelUnhold",
            "PlaybackStarted",
            "PlaybackFinished",
            "Dial",
            "ChannelVarset",
            "");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Random random;
    private final HttpServer server;
    private final List<ServerWebSocket> events = new ArrayList<>();
    private final List<ServerWebSocket> media = new ArrayList<>();
    private volatile boolean hostile = true;
    private volatile long sent;

    HostileAsterisk(long seed) {
        random = new Random(seed);
        server = vertx.createHttpServer(new HttpServerOptions().addWebSocketSubProtocol("media"))
                .webSocketHandler(this::connected)
                .requestHandler(this::request);
        await(server.listen(0, "127.0.0.1"));
        vertx.setPeriodic(5, _ -> tick());
        vertx.setPeriodic(20, _ -> speak());
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    long messagesSent() {
        return sent;
    }

    /** From now on it behaves, after it has closed what is open. */
    void reform() {
        hostile = false;
        vertx.runOnContext(_ -> {
            List.copyOf(events).forEach(ServerWebSocket::close);
            List.copyOf(media).forEach(ServerWebSocket::close);
        });
    }

    void send(String type, String channelId) {
        vertx.runOnContext(_ -> events.forEach(
                socket -> socket.writeTextMessage(event(type, channelId).encode())));
    }

    boolean isConnected() {
        return !events.isEmpty();
    }

    // ---- What it sends

    private void connected(ServerWebSocket socket) {
        List<ServerWebSocket> sockets = socket.path().startsWith("/media") ? media : events;
        sockets.add(socket);
        socket.closeHandler(_ -> sockets.remove(socket));
        socket.exceptionHandler(_ -> {});
        if (sockets == media) {
            write(
                    socket,
                    hostile && chance(5)
                            ? garbage(200)
                            : "MEDIA_START connection_id:x channel:y format:slin optimal_frame_size:320 ptime:20");
        }
    }

    private void tick() {
        if (!hostile) {
            return;
        }
        for (ServerWebSocket socket : List.copyOf(events)) {
            if (chance(400)) {
                socket.close();
            } else if (chance(200)) {
                int flood = random.nextInt(2_000);
                String message = message();
                for (int i = 0; i < flood; i++) {
                    write(socket, message);
                }
            } else if (chance(300)) {
                write(socket, "x".repeat(1_200_000));
            } else if (chance(20)) {
                write(socket, bytes(random.nextInt(5_000)));
            } else {
                write(socket, message());
            }
        }
        for (ServerWebSocket socket : List.copyOf(media)) {
            switch (random.nextInt(60)) {
                case 0 -> socket.close();
                case 1 -> write(socket, bytes(random.nextInt(200_000)));
                case 2 -> write(socket, garbage(random.nextInt(500)));
                case 3 -> {
                    for (int i = 0; i < 300; i++) {
                        write(socket, bytes(320));
                    }
                }
                case 4 -> write(socket, bytes(random.nextInt(700)));
                default -> write(socket, bytes(320));
            }
        }
    }

    private void speak() {
        if (!hostile) {
            media.forEach(socket -> write(socket, Buffer.buffer(new byte[320])));
        }
    }

    private String message() {
        String text =
                event(TYPES.get(random.nextInt(TYPES.size())), channelId()).encode();
        return switch (random.nextInt(12)) {
            case 0 -> text.substring(0, random.nextInt(text.length()));
            case 1 -> {
                char[] changed = text.toCharArray();
                for (int i = 0; i < 1 + random.nextInt(20); i++) {
                    changed[random.nextInt(changed.length)] = (char) random.nextInt(0xd7ff);
                }
                yield new String(changed);
            }
            case 2 -> "[".repeat(random.nextInt(5_000));
            case 3 -> "{\"a\":".repeat(random.nextInt(5_000));
            case 4 -> garbage(random.nextInt(2_000));
            case 5 -> "{\"type\":" + random.nextLong() + "e" + random.nextInt(1_000_000) + "}";
            default -> text;
        };
    }

    private JsonObject event(String type, String id) {
        JsonObject channel = channel(id);
        String playback = "answer-sim_7e" + id + "-" + random.nextInt(9) + "-0-0-0-" + random.nextInt(3);
        return new JsonObject()
                .put("type", type)
                .put("channel", odd(channel))
                .put("peer", odd(channel))
                .put("digit", hostile && chance(10) ? garbage(50) : String.valueOf(random.nextInt(10)))
                .put("dialstatus", odd("BUSY"))
                .put("cause", odd(17))
                .put("args", odd(new JsonArray()))
                .put(
                        "playback",
                        odd(new JsonObject()
                                .put("id", playback)
                                .put("state", odd("playing"))
                                .put("media_uri", "sound:x")
                                .put("target_uri", "channel:" + id)));
    }

    private Object odd(Object value) {
        if (!hostile || !chance(15)) {
            return value;
        }
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> garbage(300);
            case 2 -> new JsonArray().add(1).addNull();
            case 3 -> new JsonObject();
            default -> true;
        };
    }

    private JsonObject channel(String id) {
        return new JsonObject()
                .put("id", id)
                .put("name", odd("PJSIP/x-1"))
                .put("state", odd("Up"))
                .put("caller", odd(new JsonObject().put("number", odd("1")).put("name", "")))
                .put(
                        "dialplan",
                        new JsonObject()
                                .put("exten", odd("100"))
                                .put("app_name", "Stasis")
                                .put("app_data", odd("parley")))
                .put("language", odd("en"))
                .put("channelvars", new JsonObject().put("MEDIA_WEBSOCKET_CONNECTION_ID", "c" + random.nextInt(1_000)));
    }

    private String channelId() {
        return switch (random.nextInt(40)) {
            case 0 -> garbage(40);
            case 1 -> "x".repeat(random.nextInt(20_000));
            case 2 -> "parley-line-1-" + random.nextInt(20);
            case 3 -> "parley-snoop-0-" + random.nextInt(20);
            case 4 -> "~";
            case 5 -> "../../x?y=1#z";
            default -> String.valueOf(random.nextInt(20));
        };
    }

    // ---- What it answers

    private void request(HttpServerRequest request) {
        request.exceptionHandler(_ -> {});
        if (hostile) {
            switch (random.nextInt(40)) {
                case 0 -> {
                    request.connection().close();
                    return;
                }
                case 1 -> {
                    return; // Never.
                }
                case 2 -> {
                    answer(request, 200, garbage(random.nextInt(3_000)));
                    return;
                }
                case 3 -> {
                    answer(request, 100 + random.nextInt(500), "{}");
                    return;
                }
                case 4 -> {
                    answer(request, 200, "[".repeat(3_000));
                    return;
                }
                default -> {}
            }
        }
        String path = request.path();
        String method = request.method().name();
        if (method.equals("GET") && path.endsWith("/bridges")) {
            JsonArray bridges = new JsonArray();
            if (hostile) {
                bridges.add(odd(new JsonObject()
                        .put("id", "parley-tap-0-3")
                        .put("name", odd("parley 0 1700000000000000 3"))
                        .put("channels", odd(new JsonArray().add("x")))));
            }
            answer(request, 200, bridges.encode());
        } else if (method.equals("GET") && path.endsWith("/channels")) {
            JsonArray channels = new JsonArray();
            for (int i = 0; hostile && i < 3; i++) {
                channels.add(odd(channel(channelId())));
            }
            answer(request, 200, channels.encode());
        } else if (method.equals("GET")) {
            answer(request, 404, "{\"message\":\"not found\"}");
        } else if (method.equals("POST") && (path.contains("/snoop/") || path.contains("externalMedia"))) {
            answer(request, 200, channel("y").encode());
        } else if (method.equals("POST") && path.matches(".*/(bridges|channels)/[^/]*")) {
            answer(request, 200, "{\"id\":\"z\",\"channels\":[]}");
        } else {
            answer(request, 204, "");
        }
    }

    private static void answer(HttpServerRequest request, int status, String body) {
        try {
            request.response().setStatusCode(Math.max(200, status)).end(body);
        } catch (IllegalStateException | IllegalArgumentException e) {
            request.connection().close();
        }
    }

    // ---- Tools

    private void write(ServerWebSocket socket, String text) {
        if (!socket.isClosed() && !socket.writeQueueFull()) {
            sent++;
            socket.writeTextMessage(text);
        }
    }

    private void write(ServerWebSocket socket, Buffer bytes) {
        if (!socket.isClosed() && !socket.writeQueueFull()) {
            sent++;
            socket.writeBinaryMessage(bytes);
        }
    }

    private Buffer bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    private String garbage(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (1 + random.nextInt(0x2ff)));
        }
        return text.toString();
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
