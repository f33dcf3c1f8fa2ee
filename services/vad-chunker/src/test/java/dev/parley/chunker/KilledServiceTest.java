package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.records.AudioFrame;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.schemas.Topics;
import dev.parley.speech.VadState;
import dev.parley.speech.VoiceActivityModel;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a real broker: the service dies twenty times at seeded windows in the middle of two calls, without flush or commit, and a new instance takes over. What is
 * on the topics, once duplicates are dropped, is what one undisturbed listening decides.
 */
class KilledServiceTest {
    private static final int KILLS = 20;
    private static final long SEED = 20;

    @TempDir
    private Path folder;

    @Test
    void twentyKillsChangeNothing() {
        List<AudioFrame> english = call("asterisk~1", "en", 4);
        List<AudioFrame> russian = call("asterisk~2", "ru", 9);
        try (VoiceActivityModel silero = Sounds.silero();
                EmbeddedKafka broker = EmbeddedKafka.start(folder);
                KafkaConnection kafka = connectToTwoPartitions(broker)) {
            Map<String, List<SpecificRecord>> written = new ConcurrentHashMap<>();
            try (var events = follow(kafka, written);
                    var chunks = followChunks(kafka, written)) {
                Thread caller = Thread.ofPlatform().start(() -> speak(kafka, english, russian));
                Random random = new Random(SEED);
                for (int kill = 0; kill < KILLS; kill++) {
                    runUntilKilled(broker, silero, 1 + random.nextInt(120));
                }
                assertThat(events.live() && chunks.live()).isTrue();

                runUntil(broker, silero, () -> isComplete(written, english) && isComplete(written, russian));
                await().atMost(Duration.ofSeconds(30)).until(() -> !caller.isAlive());
                assertUndisturbed(written, english, silero);
                assertUndisturbed(written, russian, silero);
            }
        }
    }

    /** Half a minute, with pauses and turns' ends. */
    private static List<AudioFrame> call(String callId, String language, long seed) {
        Random random = new Random(seed);
        List<Path> recordings = Sounds.recordings(language, 1, 6);
        SpokenCall call = new SpokenCall(callId).silence(0.5);
        while (call.now() < 1500) {
            call.say(recordings.get(random.nextInt(recordings.size()))).silence(0.3 + 2.2 * random.nextDouble());
        }
        return call.records();
    }

    private static TopicOptions twoPartitions() {
        TopicOptions usual = TopicOptions.DEFAULT;
        return new TopicOptions(
                2,
                1,
                1,
                usual.shortRetention(),
                usual.longRetention(),
                usual.longestOutage(),
                usual.longestCall(),
                usual.longestChunk(),
                usual.longestSpoken());
    }

    private static KafkaConnection connectToTwoPartitions(EmbeddedKafka broker) {
        KafkaConnection kafka = KafkaConnection.open(settings(broker), Metrics.inMemory());
        TopicRegistry.ensure(kafka.admin(), twoPartitions());
        kafka.awaitTopics(() -> true);
        return kafka;
    }

    private static KafkaConnection connect(EmbeddedKafka broker) {
        KafkaConnection kafka = KafkaConnection.open(settings(broker), Metrics.inMemory());
        kafka.awaitTopics(() -> true);
        return kafka;
    }

    private static Settings settings(EmbeddedKafka broker) {
        return Settings.from(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(), "SCHEMA_REGISTRY_URL", "mock://killed-service"));
    }

    private static TopicTail<?> follow(KafkaConnection kafka, Map<String, List<SpecificRecord>> written) {
        return TopicTail.start(kafka, Topics.SPEECH_EVENTS, TopicTail.From.BEGINNING, record -> {
            SpecificRecord value = record.value();
            if (value != null) {
                keep(written, "event " + record.key(), value);
            }
        });
    }

    private static TopicTail<?> followChunks(KafkaConnection kafka, Map<String, List<SpecificRecord>> written) {
        return TopicTail.start(kafka, Topics.UTTERANCE_CHUNKS, TopicTail.From.BEGINNING, record -> {
            SpecificRecord value = record.value();
            if (value != null) {
                keep(written, "chunk " + record.key(), value);
            }
        });
    }

    private static void keep(Map<String, List<SpecificRecord>> written, String key, SpecificRecord value) {
        written.computeIfAbsent(key, any -> new CopyOnWriteArrayList<>()).add(value);
    }

    /** About eight times as fast as people speak. */
    private static void speak(KafkaConnection kafka, List<AudioFrame> one, List<AudioFrame> other) {
        Publisher frames = kafka.publisher(PublishProfile.FRAMES);
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
            for (List<AudioFrame> call : List.of(one, other)) {
                if (i < call.size()) {
                    var _ = frames.publish(Topics.AUDIO_FRAMES, call.get(i).getCallId(), call.get(i));
                }
            }
            LockSupport.parkNanos(2_500_000);
        }
    }

    private static void runUntilKilled(EmbeddedKafka broker, VoiceActivityModel silero, int windows) {
        KafkaConnection kafka = connect(broker);
        AtomicBoolean killed = new AtomicBoolean();
        ChunkerService service = new ChunkerService(
                new ServiceContext(settings(broker), Metrics.inMemory(), kafka),
                mortal(silero, windows, () -> killed.set(true)));
        service.start();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !service.live());
        assertThat(killed).isTrue();
        service.close();
        kafka.close();
    }

    private static void runUntil(
            EmbeddedKafka broker, VoiceActivityModel silero, java.util.concurrent.Callable<Boolean> done) {
        try (KafkaConnection kafka = connect(broker);
                ChunkerService service = new ChunkerService(
                        new ServiceContext(settings(broker), Metrics.inMemory(), kafka),
                        mortal(silero, Integer.MAX_VALUE, () -> {}))) {
            service.start();
            await().atMost(Duration.ofSeconds(90)).until(done);
        }
    }

    /** The network, which takes the whole process with it after so many batches; closing it does nothing. */
    private static VoiceActivityModel mortal(VoiceActivityModel model, int batches, Runnable dies) {
        return new VoiceActivityModel() {
            private int left = batches;

            @Override
            public float[] infer(List<VadState> states, List<short[]> windows) {
                if (left-- <= 0) {
                    dies.run();
                    throw new AssertionError("killed");
                }
                return model.infer(states, windows);
            }

            @Override
            public void close() {}
        };
    }

    private static boolean isComplete(Map<String, List<SpecificRecord>> written, List<AudioFrame> call) {
        String callId = call.getFirst().getCallId();
        long end = call.getLast().getFrame();
        return written.getOrDefault("event " + callId, List.of()).stream()
                .anyMatch(event -> event instanceof dev.parley.records.SpeechEvent speech
                        && speech.getFrame() >= end - 130
                        && speech.getType() == dev.parley.records.SpeechEventType.END_OF_TURN);
    }

    private static void assertUndisturbed(
            Map<String, List<SpecificRecord>> written, List<AudioFrame> call, VoiceActivityModel silero) {
        String callId = call.getFirst().getCallId();
        Rehearsal undisturbed = Rehearsal.of(call, ListeningSettings.DEFAULTS, silero);
        List<SpecificRecord> events = new ArrayList<>(undisturbed.events());
        List<SpecificRecord> chunks = new ArrayList<>(undisturbed.chunks());

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(once(written, "chunk " + callId)).hasSameSizeAs(chunks));
        assertThat(once(written, "event " + callId)).isEqualTo(events);
        assertThat(once(written, "chunk " + callId)).isEqualTo(chunks);
        assertThat(undisturbed.decisions()).hasAtLeastOneElementOfType(Decision.Cut.class);
        assertThat(written.getOrDefault("event " + callId, List.of()))
                .as("duplicates show that there were takeovers")
                .hasSizeGreaterThan(events.size());
    }

    private static List<SpecificRecord> once(Map<String, List<SpecificRecord>> written, String key) {
        return List.copyOf(new LinkedHashSet<>(written.getOrDefault(key, List.of())));
    }
}
