package dev.parley.asr.kafka;

import dev.parley.asr.AsrMeter;
import dev.parley.asr.ChunkRecogniser;
import dev.parley.records.Transcript;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.kafka.DeadLetters;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.Publisher;
import dev.parley.schemas.AvroDeserializer;
import dev.parley.schemas.SchemaRegistryException;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chunk after the other: takes it from the queue, has it recognised, publishes the transcript, and only when Kafka has acknowledged that (and the dead letter,
 * where there is one) tells the queue that it is done. So a worker that dies loses nothing: the chunk comes back, to this worker or another.
 *
 * <p>A thread of its own, on which the consumer is used; recognition runs on the engine's threads, so that long work keeps its lock.
 */
public final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Supplier<ChunkQueue> queues;
    private final ChunkRecogniser recogniser;
    private final Executor engineThreads;
    private final KafkaConnection connection;
    private final Publisher publisher;
    private final DeadLetters deadLetters;
    private final AvroDeserializer<UtteranceChunk> chunks;
    private final Thread thread;
    private volatile boolean polled;
    private volatile boolean closing;

    private Lane(
            Supplier<ChunkQueue> queues,
            String name,
            ChunkRecogniser recogniser,
            Executor engineThreads,
            KafkaConnection connection) {
        this.queues = queues;
        this.recogniser = recogniser;
        this.engineThreads = engineThreads;
        this.connection = connection;
        this.publisher = connection.publisher(PublishProfile.LIVE);
        this.deadLetters = connection.deadLetters();
        this.chunks = new AvroDeserializer<>(connection.schemaRegistry(), UtteranceChunk.class);
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** A lane of a share group; see {@link #prepareShareGroup}. */
    public static Lane ofShareGroup(
            String group,
            Topic<UtteranceChunk> topic,
            String name,
            ChunkRecogniser recogniser,
            Executor engineThreads,
            KafkaConnection connection) {
        return new Lane(() -> new ShareQueue(connection, group, topic), name, recogniser, engineThreads, connection);
    }

    /** A lane of a consumer group. */
    public static Lane ofConsumerGroup(
            String group,
            Topic<UtteranceChunk> topic,
            String name,
            ChunkRecogniser recogniser,
            Executor engineThreads,
            KafkaConnection connection) {
        return new Lane(() -> new GroupQueue(connection, group, topic), name, recogniser, engineThreads, connection);
    }

    /**
     * Sets the share group up on the brokers; before its first lane starts.
     *
     * @throws dev.parley.runtime.Unavailable when there are no share groups
     */
    public static void prepareShareGroup(KafkaConnection connection, String group) {
        ShareGroup.ensure(connection, group);
    }

    /** Begins to work. */
    public void start() {
        thread.start();
    }

    /** Whether it still works. */
    public boolean live() {
        return thread.isAlive();
    }

    /** Whether it has asked the queue for the first time. */
    public boolean ready() {
        return polled;
    }

    /** Takes no more chunks. */
    public void stop() {
        closing = true;
    }

    /** Waits for the end after {@link #stop}; what is not finished in time is given back. */
    public void awaitEnd(Duration patience) throws InterruptedException {
        if (!thread.join(patience)) {
            thread.interrupt();
            thread.join(Duration.ofSeconds(6));
        }
    }

    private void run() {
        try (ChunkQueue queue = queues.get()) {
            while (!closing) {
                try {
                    Optional<ChunkQueue.Handed> handed = queue.next(POLL);
                    polled = true;
                    if (handed.isPresent()) {
                        work(queue, handed.get());
                    }
                } catch (RetriableException e) {
                    LOG.atWarn().addKeyValue("reason", e.toString()).log("The queue cannot be asked; trying again");
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            LOG.atInfo().log("Ended in the middle of a chunk, which another worker takes");
        } catch (RuntimeException e) {
            if (!closing) {
                LOG.atError().setCause(e).log("The lane ended by a fault");
            }
        }
    }

    private void work(ChunkQueue queue, ChunkQueue.Handed handed) throws InterruptedException {
        try {
            if (handed.deliveries() > 1) {
                connection.metrics().counter(AsrMeter.REDELIVERED).increment();
            }
            finish(queue, handed);
            queue.done();
        } catch (SchemaRegistryException e) {
            giveBack(queue, "registry", e);
            Thread.sleep(PAUSE);
        } catch (ExecutionException e) {
            giveBack(queue, "kafka", e.getCause());
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            giveBack(queue, "closing", e);
            throw e;
        }
    }

    private void giveBack(ChunkQueue queue, String reason, @Nullable Throwable cause) {
        LOG.atWarn().addKeyValue("reason", reason).addKeyValue("cause", cause).log("Chunk given back unfinished");
        connection.metrics().counter(AsrMeter.GIVEN_BACK, "reason", reason).increment();
        queue.giveBack();
    }

    /** Returns when Kafka has everything that came of the chunk. */
    private void finish(ChunkQueue queue, ChunkQueue.Handed handed) throws InterruptedException, ExecutionException {
        ConsumerRecord<byte[], byte[]> record = handed.record();
        UtteranceChunk chunk;
        try {
            chunk = chunks.deserialize(record.topic(), record.value());
        } catch (SchemaRegistryException e) {
            if (e.retriable()) {
                throw e;
            }
            await(queue, deadLetters.put(record, String.valueOf(e.getMessage())));
            return;
        } catch (SerializationException e) {
            await(queue, deadLetters.put(record, String.valueOf(e.getMessage())));
            return;
        }
        if (chunk == null) {
            await(queue, deadLetters.put(record, "a chunk without a value"));
            return;
        }
        UtteranceChunk present = chunk;
        ChunkRecogniser.Result result = await(
                queue,
                CompletableFuture.supplyAsync(() -> recogniser.process(present, handed.deliveries()), engineThreads));
        publish(queue, result.transcript());
        if (result.failure().isPresent()) {
            await(queue, deadLetters.put(record, result.failure().get()));
        }
        tell(present, result);
    }

    /** Tries again what may succeed later: the text is worth more than a second recognition. */
    private void publish(ChunkQueue queue, Transcript transcript) throws InterruptedException, ExecutionException {
        for (int attempt = 1; ; attempt++) {
            try {
                await(queue, publisher.publish(Topics.TRANSCRIPTS, transcript.getCallId(), transcript));
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || attempt == ATTEMPTS) {
                    throw e;
                }
                queue.keep();
            }
        }
    }

    private void tell(UtteranceChunk chunk, ChunkRecogniser.Result result) {
        var transcript = result.transcript();
        connection
                .metrics()
                .counter(AsrMeter.CHUNKS, "status", transcript.getStatus().name())
                .increment();
        LOG.atInfo()
                .addKeyValue("callId", chunk.getCallId())
                .addKeyValue("utterance", chunk.getUtterance())
                .addKeyValue("index", chunk.getIndex())
                .addKeyValue("revision", chunk.getRevision())
                .addKeyValue("stage", chunk.getStage())
                .addKeyValue("status", transcript.getStatus())
                .addKeyValue("characters", transcript.getText().length())
                .addKeyValue("waitedMs", transcript.getWaitedMicros() / 1000)
                .addKeyValue("tookMs", transcript.getTookMicros() / 1000)
                .log("Transcript");
        LOG.atDebug()
                .addKeyValue("callId", chunk.getCallId())
                .addKeyValue("text", transcript.getText())
                .log("Words");
    }

    /** Waits for work, keeping the chunk ours meanwhile. */
    private static <T extends @Nullable Object> T await(ChunkQueue queue, CompletableFuture<T> work)
            throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return work.get(ChunkQueue.KEEP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                queue.keep();
            }
        }
    }
}
