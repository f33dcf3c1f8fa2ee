package dev.parley.ari;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

/** Opens media websockets: one for each external-media channel, which dies with it. */
public final class MediaSockets {
    /** More than one Asterisk carries; Vert.x' default of 50 would make the 51st call wait for ever. */
    private static final int MOST = 10_000;

    private final AriServer server;
    private final WebSocketClient client;

    /** What comes over one media websocket, in order, on the context that opened it. */
    public interface Listener {
        void started(MediaStart start);

        /** Samples as Asterisk sent them; the array is the listener's. */
        void audio(byte[] samples);

        /** Once, whoever closed it; never before the future of {@link #open} has succeeded. */
        void closed();
    }

    /** An open socket. */
    public interface MediaSocket {
        /** Closes it, and with it destroys its channel. Twice does no harm. */
        void close();
    }

    /** @param vertx stays the caller's to close */
    public MediaSockets(Vertx vertx, AriServer server) {
        this.server = server;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setDefaultHost(server.host())
                .setDefaultPort(server.port())
                .setSsl(server.tls())
                .setTcpNoDelay(true)
                .setConnectTimeout(5_000)
                .setMaxConnections(MOST));
    }

    /** Connects to the leg that waits under this id. Fails with what Vert.x says when Asterisk has none such (404) or it is taken (409). */
    public Future<MediaSocket> open(String connectionId, Listener listener) {
        ClientWebSocket socket = client.webSocket();
        socket.binaryMessageHandler(buffer -> listener.audio(buffer.getBytes()));
        socket.textMessageHandler(message -> MediaStart.parse(message).ifPresent(listener::started));
        socket.closeHandler(_ -> listener.closed());
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setURI(server.mediaPath(connectionId)).setTimeout(5_000);
        options.putHeader("Authorization", server.authorization());
        options.addSubProtocol("media");
        return socket.connect(options).map(open -> (MediaSocket) open::close);
    }

    /** Closes every socket. */
    public Future<Void> close() {
        return client.close();
    }
}
