package dev.parley.testkit.asterisk;

import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a media URI into samples for the caller's 8 kHz line. {@code sound:http…} is downloaded whole, for real, on a
 * virtual thread; the outcome comes back on the clock's thread.
 */
final class MediaSource implements AutoCloseable {
    /** What became of a media URI. */
    sealed interface Result {
        /** Whether the playback can be stopped and paused now. */
        boolean controllable();
    }

    /** Asterisk logs an error and says nothing to the client: an unsupported scheme, an unknown recording. */
    record Nothing() implements Result {
        @Override
        public boolean controllable() {
            return false;
        }
    }

    /** It is being downloaded; another result follows. */
    record Loading() implements Result {
        @Override
        public boolean controllable() {
            return true;
        }
    }

    record Unplayable(String reason) implements Result {
        @Override
        public boolean controllable() {
            return true;
        }
    }

    record Audio(short[] samples, boolean controllable) implements Result {}

    /** A download that {@code max-age} lets Asterisk use again. */
    private record Cached(
            Result result, Instant until, @Nullable String eTag) {}

    private static final Logger LOG = LoggerFactory.getLogger(MediaSource.class);
    private static final Pattern MAX_AGE = Pattern.compile("max-age=(\\d+)");
    private static final Pattern SILENCE = Pattern.compile("silence/\\d{1,2}");
    private static final Pattern RATE = Pattern.compile("rate=(\\d+)");

    private final FrameClock clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, Cached> cache = new HashMap<>();
    private final Map<String, short[]> sounds = new HashMap<>();

    MediaSource(FrameClock clock) {
        this.clock = clock;
    }

    /** Installs a local sound, which {@code sound:NAME} plays. */
    void install(String name, Sound sound) {
        sounds.put(name, Resampler.resample(sound, 8_000).samples());
    }

    /** Calls back on the clock's thread: at once, and once more later where the first answer was {@link Loading}. */
    void load(String mediaUri, Consumer<Result> result) {
        int colon = mediaUri.indexOf(':');
        String scheme = colon < 0 ? "" : mediaUri.substring(0, colon);
        String what = mediaUri.substring(colon + 1);
        switch (scheme) {
            case "sound" -> loadSound(what, result);
            case "tone" -> result.accept(new Audio(Tones.tone(440, Duration.ofSeconds(60)), true));
            case "number", "digits", "characters" ->
                result.accept(new Audio(Tones.tone(600, Duration.ofMillis(500L * what.length())), false));
            default -> {
                LOG.atError().addKeyValue("media", mediaUri).log("scheme is unsupported, or no such recording");
                result.accept(new Nothing());
            }
        }
    }

    private void loadSound(String what, Consumer<Result> result) {
        if (what.startsWith("http://") || what.startsWith("https://")) {
            Cached cached = cache.get(what);
            if (cached != null && Instant.now().isBefore(cached.until)) {
                result.accept(cached.result);
                return;
            }
            result.accept(new Loading());
            Thread.ofVirtual().name("asterisk-download").start(() -> {
                Cached download = download(what, cached);
                clock.execute(() -> {
                    cache.put(what, download);
                    result.accept(download.result);
                });
            });
        } else if (SILENCE.matcher(what).matches()) {
            result.accept(new Audio(new short[8_000 * Integer.parseInt(what.substring(8))], true));
        } else {
            short[] sound = sounds.get(what);
            result.accept(sound == null ? unplayable("File " + what + " does not exist") : new Audio(sound, true));
        }
    }

    private Cached download(String url, @Nullable Cached before) {
        try {
            if (before != null && before.eTag != null) {
                HttpResponse<Void> head = http.send(
                        request(url)
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                if (head.headers().firstValue("ETag").equals(Optional.of(before.eTag))) {
                    return before;
                }
            }
            HttpResponse<byte[]> response =
                    http.send(request(url).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
            Result result = response.statusCode() == 200
                    ? decode(url, response.headers().firstValue("Content-Type").orElse(""), response.body())
                    : unplayable("HTTP " + response.statusCode() + " from " + url);
            Matcher maxAge = MAX_AGE.matcher(
                    response.headers().firstValue("Cache-Control").orElse(""));
            Instant until = result instanceof Audio && maxAge.find()
                    ? Instant.now().plusSeconds(Long.parseLong(maxAge.group(1)))
                    : Instant.MIN;
            return new Cached(
                    result, until, response.headers().firstValue("ETag").orElse(null));
        } catch (java.io.IOException | IllegalArgumentException e) {
            return new Cached(unplayable("cannot download " + url + ": " + e), Instant.MIN, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Cached(unplayable("interrupted while downloading " + url), Instant.MIN, null);
        }
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
    }

    /** The Content-Type beats the extension: {@code audio/wav} means 8 kHz, whatever the file says. */
    private static Result decode(String url, String contentType, byte[] body) {
        String extension = extensionFor(contentType.toLowerCase(Locale.ROOT));
        if (extension == null) {
            String path = URI.create(url).getPath();
            extension = path == null ? "" : path.substring(path.lastIndexOf('.') + 1);
        }
        try {
            return switch (extension) {
                case "wav" -> new Audio(AsteriskWav.samples(body, 8_000), true);
                case "wav16" -> at8k(AsteriskWav.samples(body, 16_000));
                case "sln" -> new Audio(AsteriskWav.raw(body), true);
                case "sln16" -> at8k(AsteriskWav.raw(body));
                default -> unplayable("no format for " + contentType + " and extension '" + extension + "': " + url);
            };
        } catch (IllegalArgumentException e) {
            return unplayable(url + ": " + e.getMessage());
        }
    }

    private static @Nullable String extensionFor(String contentType) {
        String plain = contentType.split(";", 2)[0].strip();
        return switch (plain) {
            case "audio/wav", "audio/wave", "audio/x-wav" -> {
                Matcher rate = RATE.matcher(contentType);
                boolean wide = plain.equals("audio/x-wav")
                        && rate.find()
                        && rate.group(1).equals("16000");
                yield wide ? "wav16" : "wav";
            }
            default -> null;
        };
    }

    private static Result at8k(short[] wide) {
        return new Audio(Resampler.resample(new Sound(16_000, wide), 8_000).samples(), true);
    }

    private static Result unplayable(String reason) {
        LOG.atWarn().addKeyValue("reason", reason).log("playback fails");
        return new Unplayable(reason);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
