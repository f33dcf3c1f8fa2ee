package dev.parley.agent.engine;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A view of a shared HTTP client for one request: it can be broken off before the first byte has come, it remembers what Retry-After said, and it hands the response on
 * on a thread of the client's executor, since LangChain4j reads the stream on that thread and would else block a thread of the common pool.
 */
final class WatchedHttpClient extends HttpClient {
    private final HttpClient client;
    private final Executor executor;
    private volatile OptionalLong retryAfterSeconds = OptionalLong.empty();
    private volatile @Nullable CompletableFuture<?> request;
    private volatile boolean brokenOff;

    WatchedHttpClient(HttpClient client, Executor executor) {
        this.client = client;
        this.executor = executor;
    }

    /** Breaks the request off, wherever it is. */
    void breakOff() {
        brokenOff = true;
        CompletableFuture<?> current = request;
        if (current != null) {
            current.cancel(true);
        }
    }

    /** What the server asked for, in whole seconds; a date is not understood. */
    OptionalLong retryAfterSeconds() {
        return retryAfterSeconds;
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest wanted, HttpResponse.BodyHandler<T> handler) {
        CompletableFuture<HttpResponse<T>> sent = client.sendAsync(wanted, handler);
        request = sent;
        if (brokenOff) {
            sent.cancel(true);
        }
        return sent.thenApplyAsync(
                response -> {
                    response.headers().firstValue("retry-after").ifPresent(this::retryAfter);
                    return response;
                },
                executor);
    }

    private void retryAfter(String value) {
        try {
            retryAfterSeconds = OptionalLong.of(Math.max(0, Long.parseLong(value.strip())));
        } catch (NumberFormatException e) {
            retryAfterSeconds = OptionalLong.empty();
        }
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest wanted, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(wanted, handler);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest wanted,
            HttpResponse.BodyHandler<T> handler,
            HttpResponse.@Nullable PushPromiseHandler<T> pushed) {
        return sendAsync(wanted, handler);
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }
}
