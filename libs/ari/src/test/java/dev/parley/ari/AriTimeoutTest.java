package dev.parley.ari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is not answered, or answered without end, costs no connection for good. */
class AriTimeoutTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void requestsThatAreNeverAnsweredLeaveRoomForTheNext() throws Exception {
        // Given a server that keeps twice as many requests waiting as there are connections
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            if (requests.incrementAndGet() > 2 * AriRest.CONNECTIONS) {
                request.response().end("[]");
            }
        });
        AriClient ari = client(server, Duration.ofMillis(500));
        List<Future<Outcome<List<Channel>>>> waiting = IntStream.range(0, 2 * AriRest.CONNECTIONS)
                .mapToObj(_ -> ari.channels().list())
                .toList();
        await(Future.join(waiting).otherwiseEmpty());
        while (requests.get() < 2 * AriRest.CONNECTIONS) {
            await(ari.channels().list().otherwiseEmpty());
        }

        // Then
        assertThat(await(ari.channels().list()).done()).isTrue();
    }

    @Test
    void anAnswerWithoutEndIsBrokenOff() throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            request.response().setChunked(true);
            Buffer part = Buffer.buffer(new byte[1 << 20]);
            vertx.setPeriodic(1, timer -> {
                if (request.response().closed()) {
                    vertx.cancelTimer(timer);
                } else if (!request.response().writeQueueFull()) {
                    request.response().write(part);
                }
            });
        });
        AriClient ari = client(server, Duration.ofSeconds(20));
        assertThatThrownBy(() -> await(ari.channels().list())).hasMessageContaining("bytes");
    }

    private AriClient client(HttpServer server, Duration timeout) throws Exception {
        int port = await(server.listen(0, "127.0.0.1")).actualPort();
        return new AriClient(vertx, new AriServer(URI.create("http://127.0.0.1:" + port), "u", "p", "parley"), timeout);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
