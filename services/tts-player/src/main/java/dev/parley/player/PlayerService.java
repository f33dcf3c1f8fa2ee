package dev.parley.player;

import dev.parley.ari.AriClient;
import dev.parley.player.ari.AriSpeaking;
import dev.parley.player.ari.AsteriskLine;
import dev.parley.player.kafka.BargeIns;
import dev.parley.player.kafka.PlayerPartition;
import dev.parley.player.kafka.Records;
import dev.parley.player.kafka.Stagehands;
import dev.parley.player.sound.SoundShelf;
import dev.parley.player.sound.Voice;
import dev.parley.player.speaking.Speaking;
import dev.parley.player.stream.StreamSpeaking;
import dev.parley.player.web.MediaAddress;
import dev.parley.player.web.MediaServer;
import dev.parley.player.web.OwnAddress;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.kafka.PartitionLoop;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.schemas.Topics;
import dev.parley.speech.SpeechSynthesiser;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The player, wired: reads replies, playback and call events as a member of its group and barge.in on its own, makes sound, serves it,
 * and tells Asterisk what to play. All decisions are made on the loop's thread; synthesis has threads of its own, HTTP runs on Vert.x.
 */
public final class PlayerService implements Service {
    /** The consumer group of all players. */
    public static final String GROUP = "tts-player";

    private static final Logger LOG = LoggerFactory.getLogger(PlayerService.class);
    private static final long SHELF_BYTES = 64L << 20;
    private static final Duration ARI_TIMEOUT = Duration.ofSeconds(2);
    private static final long BYSTANDER_TICK_MS = 50;

    private final PlayerConfig config;
    private final SpeechSynthesiser engine;
    private final ServiceContext context;
    private final Clock clock = Clock.systemUTC();
    private final Vertx vertx = Vertx.vertx();
    private final SoundShelf shelf = new SoundShelf(SHELF_BYTES);
    private @Nullable MediaServer media;
    private @Nullable Voice voice;
    private @Nullable AriClient ari;
    private final CompletableFuture<PartitionLoop> loop = new CompletableFuture<>();
    private boolean closed;

    /** @param engine speaks; stays the caller's to close */
    public PlayerService(PlayerConfig config, SpeechSynthesiser engine, ServiceContext context) {
        this.config = config;
        this.engine = engine;
        this.context = context;
    }

    @Override
    public void start() {
        MediaAddress addresses = config.mediaSecret().map(MediaAddress::new).orElseGet(MediaAddress::ofThisProcess);
        MediaServer server = new MediaServer(vertx, shelf, addresses, clock, context.metrics());
        media = server;
        int port = listen(server);
        // As many as there are cores: an engine that can only speak one text at a time lets the others wait.
        int atOnce = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
        Voice speaker = new Voice(engine, shelf, atOnce, context.metrics());
        voice = speaker;
        String greeting = context.settings().text(Setting.GREETING);
        if (!greeting.isBlank()) {
            Thread.ofPlatform().name("voice-greeting").daemon().start(() -> speaker.rehearse(greeting));
        }
        AriClient client = new AriClient(vertx, config.asterisk(), ARI_TIMEOUT);
        ari = client;
        AsteriskLine usual = line(client, port);
        Map<String, AsteriskLine> several = new HashMap<>();
        config.asterisks()
                .forEach(
                        (name, asterisk) -> several.put(name, line(new AriClient(vertx, asterisk, ARI_TIMEOUT), port)));
        Publisher publisher = context.kafka().publisher(PublishProfile.LIVE);
        Records records = new Records(publisher, context.metrics());
        Speaking speaking = config.stream()
                ? new StreamSpeaking(audio -> records.write(Topics.REPLY_AUDIO, audio.getCallId(), audio), clock)
                : new AriSpeaking(name -> several.getOrDefault(name, usual), config.target(), shelf, addresses, clock);
        Stagehands hands =
                new Stagehands(speaking, speaker, records, this::onLoop, this::mayPost, clock, context.metrics());
        BargeIns bargeIns = new BargeIns(hands);
        loop.complete(PartitionLoop.builder(context.kafka(), GROUP)
                .read(Topics.CALL_EVENTS, Topics.REPLIES, Topics.PLAYBACK_EVENTS)
                .control(Topics.BARGE_IN, bargeIns::receive)
                .work(number -> new PlayerPartition(number, hands, bargeIns))
                .drainWithin(config.drain())
                .start());
        vertx.setPeriodic(BYSTANDER_TICK_MS, _ -> onLoop(bargeIns::tick));
        rehearse(client, addresses, port);
    }

    private AsteriskLine line(AriClient client, int port) {
        String media = config.mediaBaseUrl()
                .orElseGet(
                        () -> OwnAddress.url(OwnAddress.towards(client.server().url()), port));
        return new AsteriskLine(client.playbacks(), client.bridges(), media);
    }

    private int listen(MediaServer server) {
        try {
            return server.listen(config.mediaPort())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new Unavailable(
                    "The media server cannot listen at port " + config.mediaPort() + " (MEDIA_PORT): " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("interrupted while starting the media server", e);
        }
    }

    /**
     * Goes the ways once that the first call would else go first: the signing of addresses, a request to Asterisk, one to the media server. What
     * they answer does not matter, nor whether Asterisk is there yet.
     */
    private void rehearse(AriClient client, MediaAddress addresses, int port) {
        var _ = addresses.refusal(addresses.path("0".repeat(32), true, clock.instant()), clock.instant());
        HttpClient fetcher = vertx.createHttpClient();
        var _ = fetcher.request(HttpMethod.GET, port, "127.0.0.1", MediaServer.HERE)
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .onFailure(fault -> LOG.atWarn()
                        .addKeyValue("port", port)
                        .addKeyValue("fault", String.valueOf(fault.getMessage()))
                        .log("The media server does not answer"))
                .eventually(fetcher::close);
        var _ = client.playbacks()
                .get("rehearsal")
                .onFailure(fault -> LOG.atWarn()
                        .addKeyValue("fault", String.valueOf(fault.getMessage()))
                        .log("Asterisk does not answer yet"));
    }

    /** Before {@link #start} has returned the loop's own thread may be here already: it waits for that moment. */
    private void onLoop(Runnable task) {
        loop.join().execute(task);
    }

    /** With an older heartbeat another instance could own the calls before Asterisk answers. */
    private boolean mayPost() {
        PartitionLoop running = loop.join();
        Instant lastGood = Instant.now().minus(running.sessionTimeout().dividedBy(2));
        return running.lastHeartbeat().isAfter(lastGood);
    }

    @Override
    public boolean live() {
        return !loop.isDone() || loop.join().live();
    }

    @Override
    public Optional<String> notReadyBecause() {
        return loop.isDone() ? loop.join().notReadyBecause() : Optional.of("starting");
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (loop.isDone()) {
            loop.join().close();
        }
        if (voice != null) {
            voice.close();
        }
        try {
            // What Asterisk was told to fetch it has fetched: it plays on without us.
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the media server does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
