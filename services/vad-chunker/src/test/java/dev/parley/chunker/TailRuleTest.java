package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Frames;
import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.records.SpeechEventType;
import dev.parley.speech.VadState;
import dev.parley.speech.VoiceActivityModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every voiced frame of the caller is in some chunk: on human speech with the real network, and on random calls with a scripted one. */
class TailRuleTest {
    /** Voice that lasts for less is a click, unless an utterance is open. */
    private static final int SPEECH = 6;

    @ParameterizedTest
    @CsvSource({"en,1", "en,2", "ru,1", "ru,2"})
    void everyVoicedFrameOfRealSpeechIsInAChunk(String language, long seed) {
        Random random = new Random(seed);
        List<Path> recordings = Sounds.recordings(language, 0.8, 8);
        SpokenCall call = new SpokenCall("a~1").silence(0.5);
        for (int i = 0; i < 15; i++) {
            call.say(recordings.get(random.nextInt(recordings.size()))).silence(0.2 + 2.3 * random.nextDouble());
        }
        call.silence(2.2);

        try (VoiceActivityModel model = Sounds.silero()) {
            assertCovered(call, model, "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "ru"})
    void unbrokenSpeechOfMoreThanAMinuteIsWhollyInChunks(String language) {
        SpokenCall call = new SpokenCall("a~1")
                .say(Sounds.recording(language + "/demo-instruct"))
                .silence(2.5);

        try (VoiceActivityModel model = Sounds.silero()) {
            assertCovered(call, model, language);
        }
    }

    @Test
    void everyVoicedFrameOfRandomCallsIsInAChunk() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            SpokenCall call = new SpokenCall("a~1");
            while (call.now() < 1500) {
                call.voice(0.02 * (SPEECH + random.nextInt(random.nextBoolean() ? 20 : 400)))
                        .silence(0.02 * random.nextInt(random.nextBoolean() ? 15 : 130));
            }
            ListeningSettings settings = ListeningSettings.DEFAULTS;
            boolean[] covered = Rehearsal.of(call, settings).covered((int) call.now());

            List<Long> missed = new ArrayList<>();
            for (int frame = 0; frame < call.now(); frame++) {
                if (call.samples()[frame * Frames.SAMPLES] != 0 && !covered[frame]) {
                    missed.add((long) frame);
                }
            }
            assertThat(missed).as("seed %d", seed).isEmpty();
        }
    }

    private static void assertCovered(SpokenCall call, VoiceActivityModel model, String which) {
        boolean[] voiced = voiced(call.samples(), model);
        Rehearsal heard = Rehearsal.of(call, model);
        boolean[] covered = heard.covered(voiced.length);
        List<Integer> missed = new ArrayList<>();
        int total = 0;
        for (int frame = 0; frame < voiced.length; frame++) {
            if (voiced[frame]) {
                total++;
                if (!covered[frame]) {
                    missed.add(frame);
                }
            }
        }
        assertThat(total).as("voiced frames, %s", which).isGreaterThan(500);
        assertThat(missed)
                .as("voiced frames of %d in no chunk, %s", total, which)
                .isEmpty();
        assertThat(heard.events(SpeechEventType.END_OF_TURN)).isNotEmpty();
    }

    /** Frames that the network alone, asked window by window, takes for voice for at least 100 ms, and that are no digital silence. */
    private static boolean[] voiced(short[] samples, VoiceActivityModel model) {
        int frames = samples.length / Frames.SAMPLES;
        boolean[] voiced = new boolean[frames];
        VadState state = new VadState();
        int window = VoiceActivityModel.WINDOW;
        for (int first = 0; first + window <= samples.length; first += window) {
            short[] sound = Arrays.copyOfRange(samples, first, first + window);
            boolean voice = model.infer(List.of(state), List.of(sound))[0] >= 0.5;
            int middle = (first + window / 2) / Frames.SAMPLES;
            for (int frame = middle;
                    voice && frame <= (first + window - 1) / Frames.SAMPLES && frame < frames;
                    frame++) {
                voiced[frame] = loud(samples, frame);
            }
        }
        int run = 0;
        for (int frame = 0; frame <= frames; frame++) {
            if (frame < frames && voiced[frame]) {
                run++;
            } else {
                if (run < SPEECH) {
                    Arrays.fill(voiced, frame - run, frame, false);
                }
                run = 0;
            }
        }
        return voiced;
    }

    private static boolean loud(short[] samples, int frame) {
        for (int i = frame * Frames.SAMPLES; i < (frame + 1) * Frames.SAMPLES; i++) {
            if (Math.abs(samples[i]) > 50) {
                return true;
            }
        }
        return false;
    }
}
