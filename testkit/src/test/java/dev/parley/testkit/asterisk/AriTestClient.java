package dev.parley.testkit.asterisk;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client that knows nothing but HTTP and websockets, so that nothing of Parley's own hides what the simulator does. */
final class AriTestClient implements AutoCloseable {
    record Reply(int status, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }

        JsonArray array() {
            return new JsonArray(body);
        }
    }

    /** A websocket that keeps what it was sent. */
    static final class Socket implements WebSocket.Listener {
        final List<String> texts = new CopyOnWriteArrayList<>();
        final List<byte[]> binaries = new CopyOnWriteArrayList<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
        private volatile boolean reading = true;
        private final StringBuilder text = new StringBuilder();
        volatile @Nullable WebSocket socket;

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(text.toString());
                text.setLength(0);
            }
            if (reading) {
                webSocket.request(1);
            }
            return null;
        }

        /** Asks for no more messages: one more may come. */
        void stopReading() {
            reading = false;
        }

        void readOn() {
            WebSocket open = socket;
            if (open != null) {
                reading = true;
                open.request(Long.MAX_VALUE / 2);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            binary.writeBytes(bytes);
            if (last) {
                binaries.add(binary.toByteArray());
                binary.reset();
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(1006);
        }

        List<JsonObject> events() {
            return texts.stream().map(JsonObject::new).toList();
        }

        List<JsonObject> events(String type) {
            return events().stream()
                    .filter(event -> type.equals(event.getString("type")))
                    .toList();
        }

        List<String> types() {
            return events().stream().map(event -> event.getString("type")).toList();
        }

        /** The types of the events about playbacks, with their playback's id and state. */
        List<String> playbackStory() {
            return events().stream()
                    .filter(event -> event.containsKey("playback"))
                    .map(event -> event.getString("type") + " "
                            + event.getJsonObject("playback").getString("id") + " "
                            + event.getJsonObject("playback").getString("state"))
                    .toList();
        }

        void send(String message) {
            WebSocket open = socket;
            if (open != null) {
                open.sendText(message, true).join();
            }
        }

        void send(byte[] message) {
            WebSocket open = socket;
            if (open != null) {
                open.sendBinary(ByteBuffer.wrap(message), true).join();
            }
        }

        void drop() {
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }
    }

    private final URI base;
    private final String credentials;
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer mediaServer;
    final Map<String, AtomicInteger> served = new ConcurrentHashMap<>();

    /**
     * @param base such as {@code http://127.0.0.1:8088}
     * @param credentials {@code user:password}
     * @param own where Asterisk reaches this process for sounds
     */
    AriTestClient(URI base, String credentials, InetAddress own) {
        this.base = base;
        this.credentials = credentials;
        try {
            mediaServer = HttpServer.create(new InetSocketAddress(own, 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mediaServer.start();
    }

    Reply get(String path) {
        return send("GET", path, "");
    }

    Reply post(String path) {
        return send("POST", path, "");
    }

    Reply post(String path, JsonObject body) {
        return send("POST", path, body.encode());
    }

    Reply delete(String path) {
        return send("DELETE", path, "");
    }

    CompletableFuture<Reply> postLater(String path) {
        return http.sendAsync(request("POST", path, ""), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Reply(response.statusCode(), response.body()));
    }

    Reply send(String method, String path, String body) {
        try {
            HttpResponse<String> response =
                    http.send(request(method, path, body), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(String method, String path, String body) {
        char joint = path.contains("?") ? '&' : '?';
        String key = path.contains("api_key=") ? "" : joint + "api_key=" + credentials;
        return HttpRequest.newBuilder(URI.create(base + "/ari" + path + key))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    Socket events() {
        return connect("/ari/events?app=parley&api_key=" + credentials, null).join();
    }

    Socket media(String connectionId) {
        return connect("/media/" + connectionId, "media").join();
    }

    CompletableFuture<Socket> connect(String path, @Nullable String subprotocol) {
        Socket socket = new Socket();
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (subprotocol != null) {
            builder.subprotocols(subprotocol);
        }
        return builder.buildAsync(URI.create("ws" + base.toString().substring(4) + path), socket)
                .thenApply(open -> {
                    socket.socket = open;
                    return socket;
                });
    }

    private String url(String path) {
        return "http://" + mediaServer.getAddress().getAddress().getHostAddress() + ":"
                + mediaServer.getAddress().getPort() + path;
    }

    /** Serves a file by HTTP; returns its URL. */
    String serve(String path, String contentType, @Nullable String cacheControl, byte[] body) {
        AtomicInteger count = served.computeIfAbsent(path, ignored -> new AtomicInteger());
        mediaServer.createContext(path, exchange -> {
            count.incrementAndGet();
            exchange.getResponseHeaders().add("Content-Type", contentType);
            if (cacheControl != null) {
                exchange.getResponseHeaders().add("Cache-Control", cacheControl);
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        return url(path);
    }

    /** Serves a file by HTTP as soon as the gate is open; returns its URL. */
    String serveAfter(CountDownLatch gate, String path, byte[] body) {
        mediaServer.createContext(path, exchange -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            exchange.getResponseHeaders().add("Content-Type", "audio/wav");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        return url(path);
    }

    @Override
    public void close() {
        mediaServer.stop(0);
        http.shutdownNow();
    }
}
