package dev.parley.asr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.parley.records.ChunkStage;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Transcript;
import dev.parley.records.TranscriptStatus;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.DeadLetters;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topic;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.schemas.Topics;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Workers on a real broker, with engines of fixed cost. */
class AsrWorkerServiceTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static EmbeddedKafka kafka;
    private static Settings settings;
    private static KafkaConnection connection;
    private static TopicTail<Transcript> tail;
    private static final ConcurrentLinkedQueue<Transcript> TRANSCRIPTS = new ConcurrentLinkedQueue<>();

    private final List<AsrWorkerService> workers = new ArrayList<>();
    private String call = "";

    @BeforeAll
    static void startKafka() {
        kafka = EmbeddedKafka.start(folder);
        settings = Settings.from(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "SCHEMA_REGISTRY_URL", "mock://asr-worker"));
        connection = KafkaConnection.open(settings, Metrics.inMemory());
        TopicRegistry.ensure(connection.admin(), TopicOptions.DEFAULT.withPartitions(2, 1, 1));
        connection.awaitTopics(() -> true);
        tail = TopicTail.start(connection, Topics.TRANSCRIPTS, TopicTail.From.BEGINNING, received -> {
            if (received.value() != null) {
                TRANSCRIPTS.add(received.value());
            }
        });
    }

    @AfterAll
    static void stopKafka() {
        tail.close();
        connection.close();
        kafka.close();
    }

    @BeforeEach
    void nameTheCall(TestInfo test) {
        call = "asterisk~" + test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void closeWorkers() {
        workers.forEach(AsrWorkerService::close);
    }

    @Test
    void fourWorkersAreNearlyFourTimesAsFastAsOne() {
        Duration cost = Duration.ofMillis(250);
        worker(FixedCostEngine.taking(cost));
        Duration one = timeFor(40, 0);
        for (int i = 0; i < 3; i++) {
            worker(FixedCostEngine.taking(cost));
        }

        Duration four = timeFor(40, 1000);

        System.out.printf("40 chunks of 250 ms: 1 worker %d ms, 4 workers %d ms%n", one.toMillis(), four.toMillis());
        assertThat((double) one.toMillis() / four.toMillis()).isGreaterThan(2.5);
        assertThat(ofThisCall()).hasSize(80);
    }

    @Test
    void earlyWordsWaitBehindNoOtherChunks() {
        worker(Map.of("ASR_CONCURRENCY", "2"), FixedCostEngine.taking(Duration.ofMillis(250)));
        publish(chunk(0, 0));
        IntStream.range(1, 40).forEach(index -> {
            var _ = connection.publisher(PublishProfile.LIVE).publish(Topics.UTTERANCE_CHUNKS, call, chunk(index, 0));
        });
        await().atMost(SOON).until(() -> ofThisCall().size() >= 2);
        UtteranceChunk early = chunk(1000, 0);
        early.setEarlyWords(true);
        long start = System.nanoTime();
        publish(Topics.UTTERANCE_CHUNKS_EARLY, early);

        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> ofThisCall().stream().anyMatch(Transcript::getEarlyWords));
        long waited = Duration.ofNanos(System.nanoTime() - start).toMillis();
        int before = ofThisCall().size() - 1;
        System.out.printf("Early words behind 40 chunks of 250 ms: %d ms, %d chunks before them%n", waited, before);
        assertThat(before).as("chunks before the early words, of 40").isLessThan(20);
        await().atMost(SOON).until(() -> ofThisCall().size() == 41);
    }

    private Duration timeFor(int chunks, int firstIndex) {
        long start = System.nanoTime();
        IntStream.range(firstIndex, firstIndex + chunks).forEach(index -> publish(chunk(index, 0)));
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ofThisCall().stream()
                                .filter(transcript -> transcript.getIndex() >= firstIndex)
                                .count()
                        == chunks);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void oneWorkerRecognisesAsManyAtATimeAsItIsTold() {
        CountDownLatch both = new CountDownLatch(2);
        worker(Map.of("ASR_CONCURRENCY", "2"), FixedCostEngine.answering(speech -> {
            both.countDown();
            awaitOrFail(both);
            return Recognition.of("together");
        }));

        publish(chunk(0, 0));
        publish(chunk(1, 0));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(ofThisCall())
                        .extracting(Transcript::getText)
                        .containsExactly("together", "together"));
    }

    @Test
    void theChunksOfAKilledProcessAreTakenOver() throws IOException, InterruptedException {
        Process doomed = startDoomedWorker();
        try (var output = doomed.inputReader()) {
            publish(chunk(0, 0));
            publish(chunk(1, 0));
            assertThat(output.lines().anyMatch("working"::equals)).isTrue();
        } finally {
            doomed.destroyForcibly().waitFor();
        }

        worker(FixedCostEngine.taking(Duration.ofMillis(10)));

        await().atMost(SOON).until(() -> ofThisCall().size() == 2);
        assertThat(ofThisCall()).extracting(Transcript::getIndex).containsExactlyInAnyOrder(0, 1);
        assertThat(workers.getFirst().live()).isTrue();
    }

    private static Process startDoomedWorker() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), DoomedWorker.class.getName());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        builder.environment().put("SCHEMA_REGISTRY_URL", "mock://asr-worker");
        builder.environment().put("ASR_CONCURRENCY", "1");
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    @Test
    void aWorkerThatMustEndInMidWorkGivesItsChunkToAnother() {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AsrWorkerService leaving = worker(Map.of("DRAIN_SECONDS", "0"), FixedCostEngine.answering(speech -> {
            working.countDown();
            awaitOrFail(never);
            return Recognition.of("too late");
        }));
        publish(chunk(0, 0));
        awaitOrFail(working);
        worker(FixedCostEngine.taking(Duration.ofMillis(10)));

        leaving.close();

        await().atMost(SOON).until(() -> ofThisCall().size() == 1);
        assertThat(ofThisCall().getFirst().getText()).isEqualTo("words");
    }

    @Test
    void workThatTakesLongerThanTheLockIsNotDoneTwice() {
        worker(FixedCostEngine.taking(Duration.ofMillis(6500)));
        worker(FixedCostEngine.taking(Duration.ofMillis(6500)));

        publish(chunk(0, 0));

        await().atMost(SOON).until(() -> ofThisCall().size() == 1);
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> ofThisCall().size() == 1);
        assertThat(connection.metrics().value(AsrMeter.LOCK_LOST)).isZero();
    }

    @Test
    void whatTheCallerSpokeOnFromIsSkippedAndSharedAudioIsNamed() {
        CountDownLatch gate = new CountDownLatch(1);
        AsrWorkerService worker = worker(FixedCostEngine.answering(speech -> {
            awaitOrFail(gate);
            return Recognition.of("words");
        }));
        publish(chunk(0, 0));
        UtteranceChunk superseded = chunk(1, 0);
        publish(superseded);
        publish(chunk(1, 1));
        UtteranceChunk last = chunk(1, 2);
        last.setStage(ChunkStage.FINAL);
        last.setSameAudioAs(1);
        last.setPcm(null);
        publish(last);
        publish(
                Topics.SPEECH_EVENTS,
                SpeechEvent.newBuilder()
                        .setCallId(call)
                        .setType(SpeechEventType.RESUMED)
                        .setUtterance(100)
                        .setFrame(130)
                        .setAt(1)
                        .setLastVoicedFrame(129)
                        .setIndex(1)
                        .setRevision(0)
                        .build());
        await().atMost(SOON).until(() -> worker.knowsSuperseded(superseded));

        gate.countDown();

        await().atMost(SOON).until(() -> ofThisCall().size() == 4);
        assertThat(ofThisCall())
                .extracting(Transcript::getIndex, Transcript::getRevision, Transcript::getStatus)
                .containsExactly(
                        tuple(0, 0, TranscriptStatus.RECOGNISED),
                        tuple(1, 0, TranscriptStatus.SKIPPED),
                        tuple(1, 1, TranscriptStatus.RECOGNISED),
                        tuple(1, 2, TranscriptStatus.SAME_AUDIO));
    }

    @Test
    void whatIsNoChunkAndWhatTheEngineCannotDoGoToTheDeadLettersAndTheRestGoesOn() {
        worker(FixedCostEngine.answering(speech -> {
            if (speech.samples()[0] == 666) {
                throw new IllegalStateException("the engine cannot do this one");
            }
            return Recognition.of("fine");
        }));
        UtteranceChunk poison = chunk(0, 0);
        poison.getPcm().put(0, (byte) (666 & 0xFF)).put(1, (byte) (666 >> 8));

        publishRaw("not Avro");
        publish(poison);
        publish(chunk(1, 0));

        await().atMost(SOON).until(() -> ofThisCall().size() == 2);
        assertThat(ofThisCall())
                .extracting(Transcript::getStatus)
                .containsExactly(TranscriptStatus.FAILED, TranscriptStatus.RECOGNISED);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deadLetterReasons())
                        .anySatisfy(reason -> assertThat(reason).contains("wire format"))
                        .anySatisfy(reason -> assertThat(reason).contains("failed twice", "cannot do this one")));
    }

    @Test
    void withoutShareGroupsAConsumerGroupDoesTheWorkAndGoesOnWhereItEnded() {
        AsrWorkerService first = worker(Map.of("ASR_QUEUE", "group"), FixedCostEngine.taking(Duration.ofMillis(10)));
        publish(chunk(0, 0));
        await().atMost(SOON).until(() -> ofThisCall().size() == 1);
        first.close();
        publish(chunk(1, 0));

        worker(Map.of("ASR_QUEUE", "group"), FixedCostEngine.taking(Duration.ofMillis(10)));

        await().atMost(SOON).until(() -> ofThisCall().size() == 2);
        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> ofThisCall().size() == 2);
    }

    private AsrWorkerService worker(SpeechRecogniser engine) {
        return worker(Map.of(), engine);
    }

    private AsrWorkerService worker(Map<String, String> more, SpeechRecogniser engine) {
        Settings own = settings.with(more);
        AsrWorkerService worker = new AsrWorkerService(
                new ServiceContext(own, connection.metrics(), connection), AsrWorkerConfig.from(own), engine);
        workers.add(worker);
        worker.start();
        await().atMost(SOON).until(() -> worker.notReadyBecause().isEmpty());
        return worker;
    }

    private void publish(UtteranceChunk chunk) {
        publish(Topics.UTTERANCE_CHUNKS, chunk);
    }

    /** The first record to a topic may be refused until the producer knows the topic. */
    private <T extends SpecificRecord> void publish(Topic<T> topic, T value) {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> connection
                                .publisher(PublishProfile.LIVE)
                                .publish(topic, call, value)
                                .join()
                        == null);
    }

    private void publishRaw(String garbage) {
        Map<String, Object> config = new HashMap<>(settings.kafka());
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                    Topics.UTTERANCE_CHUNKS.name(),
                    call.getBytes(StandardCharsets.UTF_8),
                    garbage.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private UtteranceChunk chunk(int index, int revision) {
        return UtteranceChunk.newBuilder()
                .setCallId(call)
                .setUtterance(100)
                .setIndex(index)
                .setRevision(revision)
                .setStage(ChunkStage.PARTIAL)
                .setFirstFrame(100)
                .setLastFrame(109)
                .setFrame(110)
                .setAt(1)
                .setPcm(ByteBuffer.allocate(10 * 320))
                .build();
    }

    private List<Transcript> ofThisCall() {
        return TRANSCRIPTS.stream()
                .filter(transcript -> transcript.getCallId().equals(call))
                .toList();
    }

    private static List<String> deadLetterReasons() {
        List<String> reasons = new ArrayList<>();
        try (var consumer = connection.consumer(Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_LETTERS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (var letter : consumer.poll(Duration.ofSeconds(2))) {
                reasons.add(new String(
                        letter.headers().lastHeader(DeadLetters.REASON).value(), StandardCharsets.UTF_8));
            }
        }
        return reasons;
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("waited for nothing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
