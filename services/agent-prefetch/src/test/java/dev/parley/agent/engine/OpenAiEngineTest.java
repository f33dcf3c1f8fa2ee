package dev.parley.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.records.Said;
import dev.parley.records.Speaker;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server of our own that streams, stalls, breaks off and refuses. */
class OpenAiEngineTest {
    private interface Behaviour {
        void answer(HttpExchange exchange, OutputStream out, int attempt) throws IOException, InterruptedException;
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> protocols = new CopyOnWriteArrayList<>();
    private final List<ReplyPart> parts = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private OpenAiEngine engine;
    private volatile Behaviour behaviour;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", exchange -> {
            requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            protocols.add(exchange.getProtocol() + exchange.getRequestHeaders().getOrDefault("Upgrade", List.of()));
            try {
                behaviour.answer(exchange, exchange.getResponseBody(), requests.size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
        server.start();
        engine = new OpenAiEngine(new OpenAiOptions(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
                "key",
                "a-model",
                "Be short.",
                Duration.ofSeconds(2),
                Duration.ofSeconds(6)));
    }

    @AfterEach
    void stop() {
        over.countDown();
        engine.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void textsComeAsTheyAreStreamedAndThenTheEnd() {
        behaviour = (exchange, out, attempt) -> {
            begin(exchange);
            say(out, "Hello ");
            say(out, "там.");
            end(out);
        };
        ask(request());
        awaitLast(ReplyPart.Done.class);
        assertThat(text()).isEqualTo("Hello там.");
        assertThat(requests.getFirst())
                .contains("Be short.")
                .contains("before")
                .contains("now")
                .contains("\"stream\"");
        assertThat(protocols.getFirst()).isEqualTo("HTTP/1.1[]");
    }

    @Test
    void aServerThatIsTooBusyIsAskedAgainWhenItSays() {
        behaviour = (exchange, out, attempt) -> {
            if (attempt == 1) {
                exchange.getResponseHeaders().add("Retry-After", "1");
                exchange.sendResponseHeaders(429, -1);
            } else {
                begin(exchange);
                say(out, "Here.");
                end(out);
            }
        };
        long begun = System.nanoTime();
        ask(request());
        awaitLast(ReplyPart.Done.class);
        assertThat(text()).isEqualTo("Here.");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(990));
    }

    @Test
    void aServerThatRefusesForGoodIsAFailure() {
        behaviour = (exchange, out, attempt) -> exchange.sendResponseHeaders(401, -1);
        ask(request());
        awaitLast(ReplyPart.Failed.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void aStallInTheMiddleIsNoticed() {
        behaviour = (exchange, out, attempt) -> {
            begin(exchange);
            say(out, "Well ");
            over.await();
        };
        ask(request());
        awaitLast(ReplyPart.Failed.class);
        assertThat(parts.getLast()).isEqualTo(new ReplyPart.Failed("stalled"));
        assertThat(text()).isEqualTo("Well ");
    }

    @Test
    void aConnectionThatBreaksOffIsAFailure() {
        behaviour = (exchange, out, attempt) -> {
            begin(exchange);
            say(out, "Well ");
        };
        ask(request());
        awaitLast(ReplyPart.Failed.class);
        assertThat(text()).isEqualTo("Well ");
    }

    @Test
    void aCancelledRequestEndsAtTheServerToo() {
        CountDownLatch broken = new CountDownLatch(1);
        behaviour = (exchange, out, attempt) -> {
            begin(exchange);
            try {
                while (over.getCount() > 0) {
                    say(out, "and ");
                    over.await(20, java.util.concurrent.TimeUnit.MILLISECONDS);
                }
            } catch (IOException e) {
                broken.countDown();
            }
        };
        ReplyEngine.Asked asked = ask(request());
        await().until(() -> !parts.isEmpty());
        asked.cancel();
        await().until(() -> broken.getCount() == 0);
        assertThat(parts).allMatch(ReplyPart.Text.class::isInstance);
    }

    private ReplyEngine.Asked ask(ReplyRequest request) {
        return engine.ask(request, parts::add);
    }

    private static ReplyRequest request() {
        return new ReplyRequest("pbx~1", "en", List.of(new Said(Speaker.CALLER, 1L, "before", false)), "now", null, "");
    }

    private void awaitLast(Class<? extends ReplyPart> type) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !parts.isEmpty() && type.isInstance(parts.getLast()));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part instanceof ReplyPart.Text each ? each.text() : ""));
        return text.toString();
    }

    private static void begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
    }

    private static void say(OutputStream out, String text) throws IOException {
        send(
                out,
                "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                        + text + "\"},\"finish_reason\":null}]}");
    }

    private static void end(OutputStream out) throws IOException {
        send(
                out,
                "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        send(out, "[DONE]");
    }

    private static void send(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
