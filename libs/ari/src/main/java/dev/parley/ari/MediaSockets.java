package dev.parley.ari;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;

/** Opens media websockets: one for each external-media channel, which dies with it. */
public final class MediaSockets {
    /** More than one Asterisk carries; Vert.x' default of 50 would make the 51st call wait for ever. */
    private static final int MOST = 10_000;
    /** Asterisk sends 20 ms a message; who sends more than two seconds in one is closed. */
    private static final int LARGEST_MESSAGE = 1 << 15;

    private final AriServer server;
    private final WebSocketClient client;

    /** What comes over one media websocket, in order, on the context that opened it. */
    public interface Listener {
        void started(MediaStart start);

        /** A mark that was set with {@link MediaSocket#mark} has come to its turn: all before it was sent. */
        default void marked(String mark) {}

        /** The answer to {@link MediaSocket#askStatus}; so many frames of ours were not sent yet at that moment. */
        default void status(int framesLeft) {}

        /** Samples as Asterisk sent them; the array is the listener's. */
        void audio(byte[] samples);

        /** Once, whoever closed it; never before the future of {@link #open} has succeeded. */
        void closed();
    }

    /**
     * An open socket. What is sent is heard by the others in the leg's bridge, paced by Asterisk; commands are carried out when they come,
     * in the order in which they were sent. Names and limits are those of Asterisk's channels/chan_websocket.c.
     */
    public interface MediaSocket {
        /** Whole frames, below 64 kB: a longer message would close the socket. 1000 frames fit into the queue, the rest is lost. */
        void audio(byte[] frames);

        /** {@code MARK_MEDIA}: told by {@link Listener#marked} when its turn comes, never after a flush. The whole command has 128 characters at most. */
        void mark(String mark);

        /** {@code PAUSE_MEDIA}: nothing is sent to the caller from the next frame on. A flush does not end it. */
        void pause();

        /** {@code CONTINUE_MEDIA}: goes on where it stood. */
        void resume();

        /** {@code FLUSH_MEDIA}: what waits is forgotten, marks too. */
        void flush();

        /** {@code GET_STATUS}: answered by {@link Listener#status}. */
        void askStatus();

        /** Closes it, and with it destroys its channel. Twice does no harm. */
        void close();
    }

    /** @param vertx stays the caller's to close */
    public MediaSockets(Vertx vertx, AriServer server) {
        this.server = server;
        this.client =
                vertx.createWebSocketClient(server.sockets(LARGEST_MESSAGE).setMaxConnections(MOST));
    }

    /** Connects to the leg that waits under this id. Fails with what Vert.x says when Asterisk has none such (404) or it is taken (409). */
    public Future<MediaSocket> open(String connectionId, Listener listener) {
        ClientWebSocket socket = client.webSocket();
        socket.binaryMessageHandler(buffer -> listener.audio(buffer.getBytes()));
        socket.textMessageHandler(message -> {
            MediaStart.parse(message).ifPresent(listener::started);
            MediaNews.parse(message).ifPresent(news -> news.tell(listener));
        });
        socket.closeHandler(_ -> listener.closed());
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setURI(server.mediaPath(connectionId)).setTimeout(5_000);
        options.putHeader("Authorization", server.authorization());
        options.addSubProtocol("media");
        return socket.connect(options).map(OpenSocket::new);
    }

    private record OpenSocket(WebSocket socket) implements MediaSocket {
        @Override
        public void audio(byte[] frames) {
            if (!socket.isClosed()) {
                socket.writeBinaryMessage(Buffer.buffer(frames));
            }
        }

        @Override
        public void mark(String mark) {
            send("MARK_MEDIA " + mark);
        }

        @Override
        public void pause() {
            send("PAUSE_MEDIA");
        }

        @Override
        public void resume() {
            send("CONTINUE_MEDIA");
        }

        @Override
        public void flush() {
            send("FLUSH_MEDIA");
        }

        @Override
        public void askStatus() {
            send("GET_STATUS");
        }

        @Override
        public void close() {
            socket.close();
        }

        /** What is said to a socket that has closed is lost with it; {@link Listener#closed} follows. */
        private void send(String command) {
            if (!socket.isClosed()) {
                socket.writeTextMessage(command);
            }
        }
    }

    /** Closes every socket. */
    public Future<Void> close() {
        return client.close();
    }
}
