package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SileroModelTest {
    private static VoiceActivityModel model;

    @BeforeAll
    static void load() {
        model = SpeechEngines.voiceActivity(TestModels.store());
    }

    @AfterAll
    static void free() {
        if (model != null) {
            model.close();
        }
    }

    @Test
    void speechIsVoiceAndSilenceAndNoiseAndTonesAreNot() {
        short[] speech = TestModels.onTheLine(ModelFile.TWO_CITIES).samples();
        assertThat(voicedShare(speech)).isBetween(0.65, 0.85); // he pauses, the rest is voice
        assertThat(voicedShare(new short[8000])).isZero();
        assertThat(voicedShare(noise(8000, 42, 1500))).isZero();
        assertThat(voicedShare(tone(16_000))).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16, 64, 65, 130})
    void aRowOfABatchIsExactlyWhatASingleRunGives(int calls) {
        List<List<short[]>> windows = new ArrayList<>();
        short[] speech = TestModels.onTheLine(ModelFile.BECKETT).samples();
        for (int call = 0; call < calls; call++) {
            short[] heard =
                    call % 5 == 4 ? noise(8000, call, 1500) : Arrays.copyOfRange(speech, 431 * call, 431 * call + 8000);
            windows.add(windows(heard));
        }
        List<VadState> together = fresh(calls);
        List<VadState> alone = fresh(calls);

        for (int window = 0; window < windows.getFirst().size(); window++) {
            int at = window;
            float[] batch =
                    model.infer(together, windows.stream().map(of -> of.get(at)).toList());
            for (int call = 0; call < calls; call++) {
                float[] single = model.infer(
                        List.of(alone.get(call)), List.of(windows.get(call).get(at)));
                assertThat(batch[call]).as("call %d, window %d", call, at).isEqualTo(single[0]);
            }
        }
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void aStateThatWentThroughBytesGoesOnExactlyAsIfItHadNot() {
        List<short[]> windows = windows(TestModels.onTheLine(ModelFile.BECKETT).samples());
        VadState kept = new VadState();
        VadState stored = new VadState();

        for (short[] window : windows) {
            stored = VadState.fromBytes(stored.toBytes());
            float[] expected = model.infer(List.of(kept), List.of(window));
            assertThat(model.infer(List.of(stored), List.of(window))).containsExactly(expected);
            assertThat(stored.toBytes()).isEqualTo(kept.toBytes());
        }
    }

    @Test
    void noCallsAreNoWorkAndAWindowOfAnotherLengthIsRefused() {
        assertThat(model.infer(List.of(), List.of())).isEmpty();
        assertThatThrownBy(() -> model.infer(List.of(new VadState()), List.of(new short[160])))
                .hasMessageContainingAll("256", "160");
        assertThatThrownBy(() -> VadState.fromBytes(new byte[7])).hasMessageContaining("not 7");
    }

    private static double voicedShare(short[] samples) {
        VadState state = new VadState();
        List<short[]> windows = windows(samples);
        return (double) windows.stream()
                        .filter(window -> model.infer(List.of(state), List.of(window))[0] >= 0.5)
                        .count()
                / windows.size();
    }

    private static List<short[]> windows(short[] samples) {
        List<short[]> windows = new ArrayList<>();
        for (int at = 0; at + VoiceActivityModel.WINDOW <= samples.length; at += VoiceActivityModel.WINDOW) {
            windows.add(Arrays.copyOfRange(samples, at, at + VoiceActivityModel.WINDOW));
        }
        return windows;
    }

    private static List<VadState> fresh(int calls) {
        List<VadState> states = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            states.add(new VadState());
        }
        return states;
    }

    static short[] noise(int length, long seed, int deviation) {
        Random random = new Random(seed);
        short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (short) (deviation * random.nextGaussian());
        }
        return samples;
    }

    private static short[] tone(int length) {
        short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (short) (8000 * Math.sin(2 * Math.PI * 440 * i / 8000));
        }
        return samples;
    }
}
