package dev.parley.devstack.scale;

import dev.parley.audio.Sound;
import dev.parley.records.ChunkStage;
import dev.parley.records.Transcript;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.PublishProfile;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Puts utterances onto the recognisers' queue, each of a call of its own, and collects what becomes of them. */
public final class ChunkQueue implements AutoCloseable {
    private static final int FRAME_SAMPLES = 160;

    private final KafkaConnection kafka;
    private final TopicTail<Transcript> tail;
    private final Map<String, List<Arrival>> arrivals = new ConcurrentHashMap<>();

    /** @param nanos of {@link System#nanoTime} when it was read */
    public record Arrival(Transcript transcript, long nanos) {}

    /** @param kafka stays the caller's to close */
    public ChunkQueue(KafkaConnection kafka) {
        this.kafka = kafka;
        tail = TopicTail.start(kafka, Topics.TRANSCRIPTS, TopicTail.From.BEGINNING, received -> {
            var transcript = received.value();
            if (transcript != null) {
                arrivals.computeIfAbsent(transcript.getCallId(), call -> new CopyOnWriteArrayList<>())
                        .add(new Arrival(transcript, System.nanoTime()));
            }
        });
    }

    /** Puts an utterance of one chunk there, without waiting for Kafka. */
    public void put(String call, Sound utterance) {
        int frames = utterance.samples().length / FRAME_SAMPLES;
        var pcm = ByteBuffer.allocate(frames * FRAME_SAMPLES * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < frames * FRAME_SAMPLES; i++) {
            pcm.putShort(utterance.samples()[i]);
        }
        var _ = kafka.publisher(PublishProfile.LIVE)
                .publish(
                        Topics.UTTERANCE_CHUNKS,
                        call,
                        UtteranceChunk.newBuilder()
                                .setCallId(call)
                                .setUtterance(0)
                                .setIndex(0)
                                .setRevision(0)
                                .setStage(ChunkStage.PROVISIONAL)
                                .setFirstFrame(0)
                                .setLastFrame(frames - 1)
                                .setFrame(frames)
                                .setAt(Instant.now().toEpochMilli() * 1000)
                                .setPcm(pcm.flip())
                                .build());
    }

    /** The transcripts of a call, in the order in which they came. */
    public List<Arrival> of(String call) {
        return List.copyOf(arrivals.getOrDefault(call, List.of()));
    }

    /** Waits until each of these calls has a transcript; false when one has none in time. */
    public boolean await(List<String> calls, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!calls.stream().allMatch(arrivals::containsKey)) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }

    @Override
    public void close() {
        tail.close();
    }
}
