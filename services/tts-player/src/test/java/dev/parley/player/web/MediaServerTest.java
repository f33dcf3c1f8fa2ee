package dev.parley.player.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.player.sound.LineSound;
import dev.parley.player.sound.SoundShelf;
import dev.parley.runtime.Metrics;
import dev.parley.schemas.SoundPath;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MediaServerTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private final Vertx vertx = Vertx.vertx();
    private final SoundShelf shelf = new SoundShelf(1 << 20);
    private final MediaAddress addresses = new MediaAddress("secret");
    private final Instant now = Instant.now();
    private int port;

    @BeforeEach
    void listen() {
        shelf.put(new LineSound(KEY, "voice", new byte[640], 0));
        port = new MediaServer(vertx, shelf, addresses, Clock.systemUTC(), Metrics.inMemory())
                .listen(0)
                .await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @Test
    void aSignedAddressGivesAWavOfKnownLength() throws Exception {
        HttpResponse<byte[]> answer = get(addresses.path(KEY, true, now));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("audio/wav");
        assertThat(answer.headers().firstValue("Content-Length")).hasValue("684");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(age -> assertThat(age).startsWith("max-age="));
        assertThat(answer.headers().firstValue("ETag")).isEmpty();
        assertThat(new String(answer.body(), 0, 4, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("RIFF");
    }

    @Test
    void whoKnowsTheSecretServesTheAddressesOfOthers() throws Exception {
        assertThat(get(new MediaAddress("secret").path(KEY, true, now)).statusCode())
                .isEqualTo(200);
        assertThat(get(new MediaAddress("another").path(KEY, true, now)).statusCode())
                .isEqualTo(403);
    }

    @Test
    void anExpiredAddressIsForbidden() throws Exception {
        assertThat(get(addresses.path(KEY, true, now.minus(Duration.ofMinutes(11))))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(get(addresses.path(KEY.replace('0', '1'), true, now)).statusCode())
                .isEqualTo(404);
        assertThat(get("/media/../secret").statusCode()).isEqualTo(404);
    }

    @Test
    void anAddressTellsWhetherItsSoundMayBeCut() {
        assertThat(SoundPath.isInterruptible("sound:http://x:1" + addresses.path(KEY, true, now)))
                .isTrue();
        assertThat(SoundPath.isInterruptible("sound:http://x:1" + addresses.path(KEY, false, now)))
                .isFalse();
        assertThat(SoundPath.isInterruptible("sound:hello-world")).isTrue();
    }
}
