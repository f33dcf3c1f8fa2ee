package dev.parley.agent.engine;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.records.Said;
import dev.parley.records.Speaker;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers from a server that speaks OpenAI's chat completions with streaming.
 *
 * <p>A server that refuses (429, with its Retry-After), fails (5xx) or cannot be reached is asked again as long as nothing was said and {@code retryWithin} is not
 * over. A server that stalls, before the first token or in the middle, is given up after {@code patience}: the HTTP client's own time-out ends at the headers. A stream
 * that breaks off is a failure. Streams are read on virtual threads.
 */
public final class OpenAiEngine implements ReplyEngine {
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);

    private final OpenAiOptions options;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("openai-watchdog").daemon().factory());
    // HTTP/1.1: over plain HTTP the client would else offer an upgrade to h2c, which some servers refuse.
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(threads)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    public OpenAiEngine(OpenAiOptions options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public Asked ask(ReplyRequest request, Consumer<ReplyPart> parts) {
        Question question = new Question(messages(request), parts);
        threads.execute(question::attempt);
        return question::cancel;
    }

    private List<ChatMessage> messages(ReplyRequest request) {
        List<ChatMessage> messages = new ArrayList<>();
        messages.add(SystemMessage.from(options.instructions() + " Language of the call: " + request.language() + "."));
        for (Said said : request.history()) {
            if (said.getSpeaker() == Speaker.CALLER) {
                messages.add(UserMessage.from(said.getText()));
            } else if (said.getSpeaker() == Speaker.BOT) {
                messages.add(AiMessage.from(said.getInterrupted() ? said.getText() + " …" : said.getText()));
            }
        }
        messages.add(UserMessage.from(request.text()));
        if (!request.alreadySaid().isEmpty()) {
            messages.add(AiMessage.from(request.alreadySaid()));
            messages.add(
                    UserMessage.from(
                            "(You were cut off. Go on exactly where you ended, and repeat nothing; say nothing if you had ended.)"));
        }
        return messages;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdownNow();
        http.shutdownNow();
    }

    /** One request, with all its attempts. Its state is guarded by itself; parts are handed on under that lock, so that none comes after the last. */
    private final class Question {
        private final List<ChatMessage> messages;
        private final Consumer<ReplyPart> parts;
        private final long giveUpAt = System.nanoTime() + options.retryWithin().toNanos();
        private boolean over;
        private boolean anything;
        private int attempts;
        private @Nullable WatchedHttpClient connection;
        private @Nullable Future<?> watchdog;

        Question(List<ChatMessage> messages, Consumer<ReplyPart> parts) {
            this.messages = messages;
            this.parts = parts;
        }

        void attempt() {
            WatchedHttpClient mine = new WatchedHttpClient(http, threads);
            synchronized (this) {
                if (over) {
                    return;
                }
                attempts++;
                connection = mine;
                watch();
            }
            try {
                model(mine).chat(messages, new Handler(mine));
            } catch (RuntimeException e) {
                failed(mine, e);
            }
        }

        private OpenAiStreamingChatModel model(WatchedHttpClient mine) {
            return OpenAiStreamingChatModel.builder()
                    .httpClientBuilder(new OneRequest(mine))
                    .baseUrl(options.baseUrl())
                    .apiKey(options.apiKey())
                    .modelName(options.model())
                    .timeout(options.patience())
                    .build();
        }

        synchronized void cancel() {
            end(null);
        }

        private synchronized void text(WatchedHttpClient from, String text) {
            if (!over && from == connection && !text.isEmpty()) {
                anything = true;
                watch();
                parts.accept(new ReplyPart.Text(text, true));
            }
        }

        private synchronized void done(WatchedHttpClient from, boolean whole) {
            if (from == connection) {
                end(whole ? new ReplyPart.Done(false, null) : new ReplyPart.Failed("broken off"));
            }
        }

        private synchronized void failed(WatchedHttpClient from, Throwable cause) {
            if (over || from != connection) {
                return;
            }
            long wait = from.retryAfterSeconds().isPresent()
                    ? TimeUnit.SECONDS.toNanos(from.retryAfterSeconds().getAsLong())
                    : FIRST_RETRY.toNanos() << Math.min(attempts - 1, 6);
            if (!anything && mayPass(cause) && System.nanoTime() + wait < giveUpAt) {
                stopWatching();
                timer.schedule(() -> threads.execute(this::attempt), wait, TimeUnit.NANOSECONDS);
            } else {
                end(new ReplyPart.Failed(reason(cause)));
            }
        }

        private synchronized void stalled(WatchedHttpClient which) {
            if (which == connection) {
                end(new ReplyPart.Failed("stalled"));
            }
        }

        private void watch() {
            stopWatching();
            WatchedHttpClient watched = connection;
            if (watched != null) {
                watchdog = timer.schedule(
                        () -> stalled(watched), options.patience().toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        private void stopWatching() {
            if (watchdog != null) {
                watchdog.cancel(false);
            }
        }

        private void end(@Nullable ReplyPart last) {
            if (over) {
                return;
            }
            over = true;
            stopWatching();
            WatchedHttpClient open = connection;
            if (open != null && !(last instanceof ReplyPart.Done)) {
                // On another thread: breaking off calls back, and this one may hold the stream.
                threads.execute(open::breakOff);
            }
            if (last != null) {
                parts.accept(last);
            }
        }

        /** LangChain4j's callbacks; on a virtual thread. */
        private final class Handler implements StreamingChatResponseHandler {
            private final WatchedHttpClient mine;

            Handler(WatchedHttpClient mine) {
                this.mine = mine;
            }

            @Override
            public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
                text(mine, part.text());
                if (isOver()) {
                    context.streamingHandle().cancel();
                }
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                // A stream that just ends, without the server's word that it is whole, was broken off.
                done(mine, response.finishReason() != null);
            }

            @Override
            public void onError(Throwable error) {
                failed(mine, error);
            }
        }

        private synchronized boolean isOver() {
            return over;
        }
    }

    private static boolean mayPass(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof RateLimitException
                    || each instanceof InternalServerException
                    || each instanceof IOException
                    || (each instanceof HttpException http && (http.statusCode() == 429 || http.statusCode() >= 500))) {
                return true;
            }
        }
        return false;
    }

    /** Bounded, and without anything that a caller said. */
    private static String reason(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof HttpException http) {
                return "HTTP " + http.statusCode();
            }
            if (each instanceof IOException) {
                return "connection broken";
            }
        }
        return cause.getClass().getSimpleName();
    }

    /** Makes LangChain4j use this request's client. */
    private static final class OneRequest implements HttpClientBuilder {
        private final JdkHttpClientBuilder builder;

        OneRequest(WatchedHttpClient client) {
            builder = JdkHttpClient.builder().httpClientBuilder(new BuiltHttpClient(client));
        }

        @Override
        public Duration connectTimeout() {
            return builder.connectTimeout();
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration timeout) {
            return this;
        }

        @Override
        public Duration readTimeout() {
            return builder.readTimeout();
        }

        @Override
        public HttpClientBuilder readTimeout(Duration timeout) {
            builder.readTimeout(timeout);
            return this;
        }

        @Override
        public dev.langchain4j.http.client.HttpClient build() {
            return builder.build();
        }
    }
}
