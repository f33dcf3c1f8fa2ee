package dev.parley.ari;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request to ARI over plain HTTP, never over the events websocket: that one is serial, so a cancel could wait there behind a
 * request that Asterisk keeps waiting. Up to {@value #CONNECTIONS} requests are under way at once; more wait their turn, inside
 * the same time-out.
 */
final class AriRest {
    static final int CONNECTIONS = 64;
    /** Asterisk closes idle connections after 15 s (http.conf, session_keep_alive); below that no request meets a closing one. */
    private static final int KEEP_ALIVE_SECONDS = 10;

    /** A list of ten thousand channels has about half of it. */
    private static final int LARGEST_ANSWER = 16 << 20;

    static final ObjectMapper JSON = new ObjectMapper();

    private final AriServer server;
    private final Duration timeout;
    private final HttpClient http;

    AriRest(Vertx vertx, AriServer server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
        this.http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setDefaultHost(server.host())
                        .setDefaultPort(server.port())
                        .setSsl(server.tls())
                        .setTcpNoDelay(true)
                        .setConnectTimeout((int) Math.min(timeout.toMillis(), 5_000))
                        .setKeepAlive(true)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    /**
     * @param resource path below ARI's, its variable parts encoded already
     * @param query names and values, not encoded
     * @param body sent as JSON, where there is one
     * @param read makes the result of a 2xx answer's body
     */
    <T> Future<Outcome<T>> send(
            HttpMethod method,
            String resource,
            Map<String, String> query,
            @Nullable Object body,
            Function<JsonNode, T> read) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setURI(server.path(resource) + encode(query))
                .putHeader("Authorization", server.authorization());
        Future<HttpClientRequest> opened = http.request(options);
        Future<Answer> answer = opened.compose(request -> body == null
                        ? request.send()
                        : request.putHeader("Content-Type", "application/json").send(toJson(body)))
                .compose(AriRest::readAll)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        // What is not answered in time would keep its connection for ever, and there are so many only.
        answer.onFailure(_ -> opened.onSuccess(HttpClientRequest::reset));
        String what = method + " " + resource;
        return answer.transform(
                (got, fault) -> fault == null ? outcome(what, got, read) : Future.failedFuture(fault(what, fault)));
    }

    Future<Outcome<Outcome.Nothing>> send(
            HttpMethod method, String resource, Map<String, String> query, @Nullable Object body) {
        return send(method, resource, query, body, _ -> Outcome.Nothing.NOTHING);
    }

    Future<Void> close() {
        return http.close();
    }

    private record Answer(int status, Buffer body) {}

    /** Reads an answer whole, unless it is larger than any of Asterisk's: then its connection is closed. */
    private static Future<Answer> readAll(HttpClientResponse response) {
        Promise<Answer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            body.appendBuffer(part);
            if (body.length() > LARGEST_ANSWER) {
                whole.tryFail("an answer of more than " + LARGEST_ANSWER + " bytes");
                response.request().connection().close();
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(_ -> whole.tryComplete(new Answer(response.statusCode(), body)));
        return whole.future();
    }

    private static String encode(Map<String, String> query) {
        StringBuilder text = new StringBuilder();
        query.forEach((name, value) -> text.append(text.isEmpty() ? '?' : '&')
                .append(AriServer.encode(name))
                .append('=')
                .append(AriServer.encode(value)));
        return text.toString();
    }

    private static Buffer toJson(Object body) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private <T> Future<Outcome<T>> outcome(String what, Answer answer, Function<JsonNode, T> read) {
        int status = answer.status();
        if (status == 401 || status == 403) {
            return Future.failedFuture(new AriFault(
                    AriFault.Kind.UNAUTHORISED, server + " refuses this user or its password (" + status + ")", null));
        }
        @Nullable JsonNode json = parse(answer.body());
        if (json == null || status >= 300 && status < 400) {
            return Future.failedFuture(new AriFault(
                    AriFault.Kind.NOT_ARI,
                    what + ": what listens at " + server.url() + " answered " + status + ", but not as ARI does",
                    null));
        }
        return Future.succeededFuture(
                switch (status / 100) {
                    case 2 -> new Outcome.Done<>(status, read.apply(json));
                    default -> {
                        String message = what + ": " + status + " "
                                + json.path("message").asText(json.path("error").asText());
                        yield switch (status) {
                            case 404 -> new Outcome.NotFound<>(status, message);
                            case 409, 412, 422 -> new Outcome.Conflict<>(status, message);
                            default -> new Outcome.Refused<>(status, message);
                        };
                    }
                });
    }

    /** ARI answers with a JSON object or array, or with nothing (204). */
    private static @Nullable JsonNode parse(Buffer body) {
        if (body.length() == 0) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode json = JSON.readTree(body.getBytes());
            return json.isContainerNode() ? json : null;
        } catch (java.io.IOException e) {
            return null;
        }
    }

    private AriFault fault(String what, Throwable cause) {
        if (cause instanceof AriFault fault) {
            return fault;
        }
        boolean late = cause instanceof TimeoutException || cause instanceof io.netty.channel.ConnectTimeoutException;
        return late
                ? new AriFault(
                        AriFault.Kind.TIMED_OUT,
                        what + ": no answer from " + server.url() + " within " + timeout.toMillis() + " ms",
                        cause)
                : new AriFault(
                        AriFault.Kind.UNREACHABLE,
                        what + ": cannot reach " + server.url() + ": " + cause.getMessage(),
                        cause);
    }
}
