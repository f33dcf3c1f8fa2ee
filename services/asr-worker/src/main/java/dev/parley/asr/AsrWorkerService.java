package dev.parley.asr;

import dev.parley.asr.domain.Supersessions;
import dev.parley.asr.domain.Triage;
import dev.parley.asr.kafka.Lane;
import dev.parley.records.SpeechEvent;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.Service;
import dev.parley.runtime.ServiceContext;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import dev.parley.speech.SpeechRecogniser;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recogniser of chunks: as many lanes as chunks may be recognised at the same time, each with a consumer of its own, and an ear on the chunker's events for what
 * is superseded meanwhile. One lane more, with an engine thread of its own, takes nothing but early words: a bot that was paused waits for them, and they would
 * stand in the queue behind chunks that have time.
 *
 * <p>Nothing is kept between chunks but a hint of what is superseded, so a worker may be killed and started at any time.
 */
public final class AsrWorkerService implements Service {
    /** The share group of all workers. */
    public static final String SHARE_GROUP = "asr-worker";

    /** The consumer group of all workers, where there are no share groups. Kafka lets a group be of one kind only. */
    public static final String CONSUMER_GROUP = "asr-worker-partitions";

    /** What the early words' groups are called in addition: Kafka deals a group's topics out together, and these are not to wait for each other. */
    private static final String EARLY = "-early";

    private static final Logger LOG = LoggerFactory.getLogger(AsrWorkerService.class);

    private final AsrWorkerConfig config;
    private final KafkaConnection connection;
    private final SpeechRecogniser engine;
    private final ExecutorService engineThreads;
    private final Supersessions supersessions = new Supersessions();
    private final List<Lane> lanes;
    private @Nullable TopicTail<SpeechEvent> events;
    private volatile boolean closed;

    /**
     * Makes it, not started.
     *
     * @param engine recognises; it is this service's from now on, and closed with it
     */
    public AsrWorkerService(ServiceContext context, AsrWorkerConfig config, SpeechRecogniser engine) {
        this.config = config;
        this.connection = context.kafka();
        this.engine = engine;
        this.engineThreads = Executors.newFixedThreadPool(
                config.concurrency() + 1,
                Thread.ofPlatform().name("asr-engine-", 0).daemon().factory());
        ChunkRecogniser recogniser =
                new ChunkRecogniser(engine, new Triage(supersessions), InstantSource.system(), context.metrics());
        this.lanes = Stream.concat(
                        IntStream.range(0, config.concurrency())
                                .mapToObj(n -> lane(Topics.UTTERANCE_CHUNKS, "", "asr-lane-" + n, recogniser)),
                        Stream.of(lane(Topics.UTTERANCE_CHUNKS_EARLY, EARLY, "asr-lane-early", recogniser)))
                .toList();
    }

    private Lane lane(Topic<UtteranceChunk> topic, String kind, String name, ChunkRecogniser recogniser) {
        return switch (config.queue()) {
            case SHARE -> Lane.ofShareGroup(SHARE_GROUP + kind, topic, name, recogniser, engineThreads, connection);
            case GROUP ->
                Lane.ofConsumerGroup(CONSUMER_GROUP + kind, topic, name, recogniser, engineThreads, connection);
        };
    }

    @Override
    public void start() {
        if (config.queue() == AsrWorkerConfig.Queue.SHARE) {
            Lane.prepareShareGroup(connection, SHARE_GROUP);
            Lane.prepareShareGroup(connection, SHARE_GROUP + EARLY);
        }
        events = TopicTail.start(
                connection,
                Topics.SPEECH_EVENTS,
                TopicTail.From.END,
                received -> Optional.ofNullable(received.value()).ifPresent(supersessions::heard));
        lanes.forEach(Lane::start);
    }

    @Override
    public boolean live() {
        TopicTail<SpeechEvent> tail = events;
        return lanes.stream().allMatch(Lane::live) && tail != null && tail.live();
    }

    @Override
    public Optional<String> notReadyBecause() {
        if (closed) {
            return Optional.of("ending");
        }
        return lanes.stream().allMatch(Lane::ready) ? Optional.empty() : Optional.of("has not asked for chunks yet");
    }

    /** Whether the chunker's events have told already that nobody waits for this chunk. */
    boolean knowsSuperseded(UtteranceChunk chunk) {
        return supersessions.supersede(chunk);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lanes.forEach(Lane::stop);
        long deadline = System.nanoTime() + config.drain().toNanos();
        try {
            for (Lane lane : lanes) {
                lane.awaitEnd(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            }
            closeEngine();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        TopicTail<SpeechEvent> tail = events;
        if (tail != null) {
            tail.close();
        }
    }

    /** An engine outside the heap must not be freed while it still works on a chunk that was given back. */
    private void closeEngine() throws InterruptedException {
        engineThreads.shutdownNow();
        if (engineThreads.awaitTermination(5, TimeUnit.SECONDS)) {
            engine.close();
        } else {
            LOG.atWarn().addKeyValue("engine", engine.name()).log("The engine still works; it ends with the process");
        }
    }
}
