package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Frames;
import dev.parley.chunker.ChunkerService;
import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.SpeechEvent;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.Topics;
import dev.parley.speech.VadState;
import dev.parley.speech.VoiceActivityModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;

/** Two callers speak and pause; what is decided and cut, duplicates dropped, is what is decided of the same frames when they come again and nothing happens. */
final class ChunkerUnderTraffic extends UnderTraffic {
    private static final List<String> CALLS = List.of("ears~1", "ears~2");
    private static final String AGAIN = "-again";
    /** Four times as fast as people speak. */
    private static final int FRAMES_EACH_TIME = 20;

    private final Map<String, List<AudioFrame>> frames = new ConcurrentHashMap<>();
    private final Map<String, List<SpecificRecord>> written = new ConcurrentHashMap<>();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private final Random random = new Random(5);
    private final boolean[] voiced = new boolean[CALLS.size()];

    private ChunkerUnderTraffic(Map<String, String> broker) {
        super(broker, Map.of());
        CALLS.forEach(call -> frames.put(call, new ArrayList<>()));
        follow(Topics.SPEECH_EVENTS, record -> keep("events of " + record.key(), anonymous(record.value())));
        follow(Topics.UTTERANCE_CHUNKS, record -> keep("chunks of " + record.key(), anonymous(record.value())));
        follow(Topics.LISTENING_STATE, record -> {
            if (record.value() == null || record.value().getEnded()) {
                ended.add(record.key());
            }
        });
        start(context -> new ChunkerService(context, new LoudIsVoice()));
    }

    static UnderTraffic start(Map<String, String> broker) {
        return new ChunkerUnderTraffic(broker);
    }

    private void keep(String of, SpecificRecord record) {
        written.computeIfAbsent(of, any -> Collections.synchronizedList(new ArrayList<>()))
                .add(record);
    }

    private static SpecificRecord anonymous(SpeechEvent event) {
        return SpeechEvent.newBuilder(event).setCallId("").build();
    }

    private static SpecificRecord anonymous(UtteranceChunk chunk) {
        return UtteranceChunk.newBuilder(chunk).setCallId("").build();
    }

    @Override
    void feed(int n) {
        for (int i = 0; i < FRAMES_EACH_TIME; i++) {
            for (int call = 0; call < CALLS.size(); call++) {
                // Voice for 0.8 s and silence for 1.2 s, on the average.
                voiced[call] = random.nextInt(voiced[call] ? 40 : 60) == 0 ? !voiced[call] : voiced[call];
                add(CALLS.get(call), FrameKind.FRAME, pcm(voiced[call]));
            }
        }
    }

    private ByteBuffer pcm(boolean voice) {
        int peak = voice ? 6000 + random.nextInt(2000) : random.nextInt(40);
        var pcm = ByteBuffer.allocate(Frames.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < Frames.SAMPLES; i++) {
            pcm.putShort((short) (i % 2 == 0 ? peak : -peak));
        }
        return pcm.flip();
    }

    private void add(String call, FrameKind kind, ByteBuffer pcm) {
        var sent = frames.get(call);
        var frame = AudioFrame.newBuilder()
                .setCallId(call)
                .setKind(kind)
                .setFrame(sent.size())
                .setLastFrame(sent.size())
                .setAt(sent.size() * Frames.MICROS)
                .setPcm(pcm)
                .build();
        sent.add(frame);
        publish(Topics.AUDIO_FRAMES, call, frame);
    }

    @Override
    void end() {
        for (var call : CALLS) {
            add(call, FrameKind.END, null);
            for (var frame : frames.get(call)) {
                publish(
                        Topics.AUDIO_FRAMES,
                        call + AGAIN,
                        AudioFrame.newBuilder(frame).setCallId(call + AGAIN).build());
            }
        }
    }

    @Override
    int done() {
        return written.values().stream().mapToInt(List::size).sum();
    }

    @Override
    void assertAllDoneOnce() {
        for (var call : CALLS) {
            assertThat(ended).contains(call, call + AGAIN);
            for (var what : List.of("chunks of ", "events of ")) {
                var decided = once(what + call);
                var undisturbed = once(what + call + AGAIN);
                assertThat(decided.size())
                        .as("how many %s%s", what, call)
                        .isGreaterThan(5)
                        .isEqualTo(undisturbed.size());
                assertThat(decided).as("%s%s", what, call).isEqualTo(undisturbed);
            }
        }
    }

    private List<SpecificRecord> once(String of) {
        return List.copyOf(new LinkedHashSet<>(List.copyOf(written.getOrDefault(of, List.of()))));
    }

    /** No network: the test says where voice is. */
    private static final class LoudIsVoice implements VoiceActivityModel {
        @Override
        public float[] infer(List<VadState> states, List<short[]> windows) {
            var voice = new float[windows.size()];
            for (int i = 0; i < voice.length; i++) {
                int loud = 0;
                for (short sample : windows.get(i)) {
                    loud += Math.abs(sample) > 100 ? 1 : 0;
                }
                voice[i] = loud > WINDOW / 4 ? 0.95f : 0.03f;
            }
            return voice;
        }

        @Override
        public void close() {}
    }
}
