package dev.parley.player;

import dev.parley.ari.AriClient;
import dev.parley.ari.AriEvent;
import dev.parley.ari.AriEvents;
import dev.parley.ari.AriFault;
import dev.parley.ari.AriServer;
import dev.parley.ari.Playback;
import dev.parley.records.BargeIn;
import dev.parley.records.CallEvent;
import dev.parley.records.CallEventType;
import dev.parley.records.CallStarted;
import dev.parley.records.PlaybackEvent;
import dev.parley.records.PlaybackEventType;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.PlaybackTarget;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.PlaybackId;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import dev.parley.testkit.asterisk.SimulatedAsterisk;
import dev.parley.testkit.asterisk.SimulatedCall;
import dev.parley.testkit.kafka.EmbeddedKafka;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A broker, a simulated Asterisk, a stand-in for the gateway, and players. */
final class PlayerRig implements AutoCloseable {
    private static final int PARTITIONS = 3;

    private final EmbeddedKafka broker;
    final SimulatedAsterisk asterisk = SimulatedAsterisk.start(0, "parley");
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = Metrics.inMemory();
    private final Settings settings;
    private final KafkaConnection kafka;
    private final Publisher publisher;
    private final List<Player> players = new ArrayList<>();
    final List<PlaybackEvent> events = new CopyOnWriteArrayList<>();
    final List<ReplyHeard> heard = new CopyOnWriteArrayList<>();

    private final Map<String, Long> frameZeros = new ConcurrentHashMap<>();

    /** A player as a process of its own would run it. */
    record Player(PlayerService service, KafkaConnection kafka, Metrics metrics, FixedCostVoice voice) {}

    PlayerRig(Path folder, String registry) throws Exception {
        broker = EmbeddedKafka.start(folder);
        settings = Settings.from(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "SCHEMA_REGISTRY_URL",
                "mock://" + registry,
                "PLAYBACK",
                "ari",
                "TOPIC_PARTITIONS",
                Integer.toString(PARTITIONS)));
        kafka = KafkaConnection.open(settings, metrics);
        kafka.awaitTopics(() -> true);
        publisher = kafka.publisher(PublishProfile.LIVE);
        TopicTail.start(kafka, Topics.PLAYBACK_EVENTS, TopicTail.From.BEGINNING, r -> keep(events, r.value()));
        TopicTail.start(kafka, Topics.REPLY_HEARD, TopicTail.From.BEGINNING, r -> keep(heard, r.value()));
        startGateway();
        // The first record of a topic may be refused while the producer learns of it.
        await("the producer to know the topics")
                .until(() -> written(Topics.CALL_EVENTS, warmUpEvent())
                        && written(Topics.REPLIES, new Replies("sim~warm-up", 0).cancel())
                        && written(Topics.BARGE_IN, Replies.voidBefore("sim~warm-up", 0, null))
                        && written(Topics.PLAYBACK_EVENTS, event("sim~warm-up", "warm-up", PlaybackEventType.UNKNOWN)));
    }

    private <T extends SpecificRecord> boolean written(Topic<T> topic, T record) {
        return publisher
                .publish(topic, "sim~warm-up", record)
                .handle((_, failure) -> failure == null)
                .join();
    }

    private static CallEvent warmUpEvent() {
        return CallEvent.newBuilder()
                .setCallId("sim~warm-up")
                .setType(CallEventType.RESYNCED)
                .setFrame(0)
                .setAt(micros())
                .build();
    }

    private AriServer ari() {
        return new AriServer(asterisk.uri(), SimulatedAsterisk.USER, SimulatedAsterisk.PASSWORD, "parley");
    }

    /** Publishes what the gateway would: what Asterisk says of playbacks. */
    private void startGateway() {
        AriEvents ariEvents = new AriEvents(vertx, ari(), new AriEvents.Listener() {
            @Override
            public void connected() {}

            @Override
            public void disconnected(AriFault fault) {}

            @Override
            public void malformed(String why) {}

            @Override
            public void event(AriEvent event) {
                switch (event) {
                    case AriEvent.PlaybackStarted(Playback playback) -> tell(playback, PlaybackEventType.STARTED);
                    case AriEvent.PlaybackFinished(Playback playback) ->
                        tell(
                                playback,
                                playback.state() == Playback.State.FAILED
                                        ? PlaybackEventType.FAILED
                                        : PlaybackEventType.FINISHED);
                    default -> {}
                }
            }
        });
        vertx.runOnContext(_ -> ariEvents.start());
        await("the gateway's socket").until(asterisk::isAppConnected);
    }

    private void tell(Playback playback, PlaybackEventType type) {
        String callId = PlaybackId.parse(playback.id()).orElseThrow().callId();
        publisher.publish(Topics.PLAYBACK_EVENTS, callId, event(callId, playback.id(), type));
    }

    private PlaybackEvent event(String callId, String playbackId, PlaybackEventType type) {
        return PlaybackEvent.newBuilder()
                .setCallId(callId)
                .setPlaybackId(playbackId)
                .setType(type)
                .setFrame((micros() - frameZeros.getOrDefault(callId, micros())) / 20_000)
                .setAt(micros())
                .setSeenBy("ari-gateway")
                .build();
    }

    private static <T> void keep(List<T> records, @Nullable T record) {
        if (record != null) {
            records.add(record);
        }
    }

    static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    static org.awaitility.core.ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(5));
    }

    /** Starts another player and waits until partitions are being worked on. */
    Player startPlayer(FixedCostVoice voice) {
        Metrics own = Metrics.inMemory();
        KafkaConnection connection = KafkaConnection.open(settings, own);
        PlayerService service = new PlayerService(
                new PlayerConfig(
                        ari(),
                        false,
                        PlaybackTarget.CHANNEL,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(2)),
                voice,
                new ServiceContext(settings, own, connection));
        service.start();
        await("the player to be ready").until(() -> service.notReadyBecause().isEmpty());
        Player player = new Player(service, connection, own, voice);
        players.add(player);
        return player;
    }

    void stop(Player player) {
        player.service.close();
        player.kafka.close();
        players.remove(player);
    }

    FixedCostVoice voice() {
        return players.getFirst().voice;
    }

    /** Waits until the texts that begin with "run" of so many runs were spoken. */
    void awaitSynthesised(int run) {
        await("the sound").until(() -> voice().runs.get() >= run);
        // Between the voice and the player's decision lies one hand-over.
        await("the hand-over").pollDelay(Duration.ofMillis(20)).until(() -> true);
    }

    /** Plays on a call's channel what no player knows of. */
    void playByHand(Caller call, String playbackId) {
        short[] tone = new short[8000 * 5];
        java.util.Arrays.fill(tone, (short) 1000);
        asterisk.installSound("by-hand", dev.parley.audio.Sound.ofLine(tone));
        new AriClient(vertx, ari(), Duration.ofSeconds(2))
                .playbacks()
                .play(call.line.channelId(), playbackId, List.of("sound:by-hand"))
                .await();
    }

    /** Somebody calls. */
    Caller call() {
        return new Caller(asterisk.dial("+15551234", "100", "en"));
    }

    /** One call, with what agent, chunker and gateway would say about it. */
    final class Caller {
        final SimulatedCall line;
        final String id;
        private final long frameZero = micros();

        private Caller(SimulatedCall line) {
            this.line = line;
            this.id = "sim~" + line.channelId();
            frameZeros.put(id, frameZero);
            publisher.publish(
                    Topics.CALL_EVENTS,
                    id,
                    CallEvent.newBuilder()
                            .setCallId(id)
                            .setType(CallEventType.STARTED)
                            .setFrame(0)
                            .setAt(frameZero)
                            .setStarted(CallStarted.newBuilder()
                                    .setCaller("")
                                    .setCalled("100")
                                    .setAsterisk("sim")
                                    .setChannelId(line.channelId())
                                    .setLanguage("en")
                                    .setFrameZeroAt(frameZero)
                                    .build())
                            .build());
        }

        long frame() {
            return (micros() - frameZero) / 20_000;
        }

        void say(Reply... replies) {
            for (Reply reply : replies) {
                publisher.publish(Topics.REPLIES, id, reply);
            }
        }

        Replies answer(long utterance) {
            return new Replies(id, utterance);
        }

        void bargeIn(BargeIn view) {
            publisher.publish(Topics.BARGE_IN, id, view);
        }

        void ended() {
            publisher.publish(
                    Topics.CALL_EVENTS,
                    id,
                    CallEvent.newBuilder()
                            .setCallId(id)
                            .setType(CallEventType.ENDED)
                            .setFrame(frame())
                            .setAt(micros())
                            .setReason("caller-hung-up")
                            .build());
        }

        boolean botSounds() {
            int frames = line.frames();
            return frames > 3 && line.receivedFrom(frames - 3).firstPresent(0) >= 0;
        }

        void awaitBot() {
            await("the bot to sound").until(this::botSounds);
        }

        void awaitSilence() {
            await("silence").until(() -> !botSounds());
        }

        List<ReplyHeard> heard() {
            return heard.stream().filter(h -> h.getCallId().equals(id)).toList();
        }

        List<PlaybackEvent> events(PlaybackEventType type) {
            return events.stream()
                    .filter(e -> e.getCallId().equals(id) && e.getType() == type)
                    .toList();
        }

        /** How often Asterisk was told to play each id of this call. */
        List<String> plays() {
            return asterisk.requests().stream()
                    .filter(r -> r.method().equals("POST") && r.path().contains("/play/") && r.status() == 201)
                    .map(r -> r.path().substring(r.path().lastIndexOf('/') + 1))
                    .filter(playback -> PlaybackId.parse(playback)
                            .map(p -> p.callId().equals(id))
                            .orElse(false))
                    .toList();
        }
    }

    @Override
    public void close() {
        new ArrayList<>(players).forEach(this::stop);
        vertx.close().await();
        kafka.close();
        asterisk.close();
        broker.close();
    }
}
