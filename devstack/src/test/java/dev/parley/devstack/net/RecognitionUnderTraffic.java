package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.asr.AsrWorkerConfig;
import dev.parley.asr.AsrWorkerService;
import dev.parley.audio.Sound;
import dev.parley.records.ChunkStage;
import dev.parley.records.Transcript;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.Topics;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Ten chunks a second, each of a call of its own: each has a transcript, and if it has several, they say the same. */
final class RecognitionUnderTraffic extends UnderTraffic {
    private static final int FRAMES = 10;
    private static final Duration COST = Duration.ofMillis(50);

    private final Random random = new Random(6);
    private final Map<String, String> said = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> texts = new ConcurrentHashMap<>();

    private RecognitionUnderTraffic(Map<String, String> broker) {
        super(broker, Map.of());
        follow(Topics.TRANSCRIPTS, record -> {
            Transcript transcript = record.value();
            texts.computeIfAbsent(transcript.getCallId(), call -> ConcurrentHashMap.newKeySet())
                    .add(transcript.getText());
        });
        start(context ->
                new AsrWorkerService(context, AsrWorkerConfig.from(context.settings()), new SpeaksInNumbers()));
    }

    static UnderTraffic start(Map<String, String> broker) {
        return new RecognitionUnderTraffic(broker);
    }

    @Override
    void feed(int n) {
        var call = "words~" + n;
        var samples = new short[FRAMES * 160];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) random.nextInt(-2000, 2000);
        }
        said.put(call, number(samples));
        var pcm = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        pcm.asShortBuffer().put(samples);
        publish(
                Topics.UTTERANCE_CHUNKS,
                call,
                UtteranceChunk.newBuilder()
                        .setCallId(call)
                        .setUtterance(0)
                        .setIndex(0)
                        .setRevision(0)
                        .setStage(ChunkStage.FINAL)
                        .setFirstFrame(0)
                        .setLastFrame(FRAMES - 1)
                        .setFrame(FRAMES)
                        .setAt(now())
                        .setPcm(pcm)
                        .build());
    }

    @Override
    int done() {
        return texts.size();
    }

    @Override
    void assertAllDoneOnce() {
        assertThat(texts.keySet()).containsExactlyInAnyOrderElementsOf(said.keySet());
        assertThat(texts).allSatisfy((call, all) -> assertThat(all).containsExactly(said.get(call)));
    }

    private static String number(short[] samples) {
        return Integer.toString(Arrays.hashCode(samples));
    }

    private static final class SpeaksInNumbers implements SpeechRecogniser {
        @Override
        public String name() {
            return "numbers";
        }

        @Override
        public Recognition recognise(Sound speech) {
            LockSupport.parkNanos(COST.toNanos());
            return Recognition.of(number(speech.samples()));
        }

        @Override
        public void close() {}
    }
}
