package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.audio.Frames;
import dev.parley.chunker.domain.Decision;
import dev.parley.records.EndReason;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.speech.VoiceActivityModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns of human speech with the real network: pauses, ends, short words, noise, tones. */
class RealSpeechTest {

    @ParameterizedTest
    @ValueSource(strings = {"en", "ru"})
    void pausesInsideASentenceDoNotEndTheTurnAndTwoSecondsDo(String language) {
        Random random = new Random(7);
        List<Path> recordings = Sounds.recordings(language, 1.5, 5);
        try (VoiceActivityModel model = Sounds.silero()) {
            for (int i = 0; i < 12; i++) {
                double pause = 1.5 + 0.4 * random.nextDouble();
                SpokenCall call = new SpokenCall("a~1")
                        .silence(0.5)
                        .say(recordings.get(random.nextInt(recordings.size())))
                        .silence(pause)
                        .say(recordings.get(random.nextInt(recordings.size())));
                long end = call.now();
                Rehearsal heard = Rehearsal.of(call.silence(2.3), model);

                List<SpeechEvent> ends = heard.events(SpeechEventType.END_OF_TURN);
                assertThat(ends).as("call %d, pause %.2f s", i, pause).hasSize(1);
                assertThat(ends.getFirst().getReason()).isEqualTo(EndReason.SILENCE);
                // The recordings fade out: their last audible frame is at most a few frames before their last sample.
                assertThat(ends.getFirst().getFrame()).isBetween(end + 100 - 25, end + 102);
                assertThat(ends.getFirst().getFrame() - ends.getFirst().getLastVoicedFrame())
                        .isBetween(100L, 101L);
            }
        }
    }

    @Test
    void aSharpEndIsFoundToTheFrame() {
        try (VoiceActivityModel model = Sounds.silero()) {
            List<Long> late = new ArrayList<>();
            for (double cut = 3; cut < 6; cut += 0.31) {
                SpokenCall call = new SpokenCall("a~1").silence(0.5).say(Sounds.recording("en/demo-instruct"), 0, cut);
                long lastLoud = lastLoud(call.samples());
                SpeechEvent end = Rehearsal.of(call.silence(2.3), model)
                        .events(SpeechEventType.END_OF_TURN)
                        .getFirst();
                late.add(end.getFrame() - lastLoud - 100);
            }
            assertThat(late).allMatch(frames -> frames >= -2 && frames <= 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en/digits/1", "en/vm-Work", "en/spy-agent", "en/vm-and"})
    void aShortWordIsHeardAtOnce(String name) {
        Path recording = Sounds.recording(name);
        assumeTrue(Files.exists(recording), name + " is not among the recordings");
        SpokenCall call = new SpokenCall("a~1").silence(1).say(recording).silence(2.5);
        try (VoiceActivityModel model = Sounds.silero()) {
            Rehearsal heard = Rehearsal.of(call, model);

            assertThat(heard.story()).startsWith("SPEECH_STARTED", "PROVISIONAL 0.0");
            assertThat(heard.events(SpeechEventType.END_OF_TURN)).hasSize(1);
        }
    }

    @Test
    void speechInPinkNoiseOfTenDecibelsIsFoundAndEnds() {
        Random random = new Random(3);
        List<Path> recordings = Sounds.recordings("en", 2, 5);
        try (VoiceActivityModel model = Sounds.silero()) {
            int wrong = 0;
            for (int i = 0; i < 10; i++) {
                SpokenCall call =
                        new SpokenCall("a~1").silence(2).say(recordings.get(random.nextInt(recordings.size())));
                long end = call.now();
                Rehearsal heard = Rehearsal.of(call.silence(3).noise(10, i), model);
                List<SpeechEvent> ends = heard.events(SpeechEventType.END_OF_TURN);
                boolean right = ends.size() == 1
                        && ends.getFirst().getReason() == EndReason.SILENCE
                        && Math.abs(ends.getFirst().getFrame() - end - 100) < 25;
                wrong += right ? 0 : 1;
            }
            assertThat(wrong).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void tonesAreNoSpeech() {
        SpokenCall call = new SpokenCall("a~1").silence(1);
        for (double[] pair : new double[][] {{697, 1209}, {770, 1336}, {852, 1477}, {941, 1336}, {697, 1477}}) {
            call.add(tone(pair[0], pair[1], 0.1))
                    .silence(0.1)
                    .add(tone(pair[0], pair[1], 0.4))
                    .silence(0.3);
        }
        call.add(tone(425, 425, 1))
                .silence(1)
                .add(tone(440, 480, 2))
                .silence(1)
                .add(tone(480, 620, 0.5))
                .silence(0.5);
        call.add(SpokenCall.pink(40_000, 600, new Random(1))).silence(1);

        try (VoiceActivityModel model = Sounds.silero()) {
            assertThat(Rehearsal.of(call, model).decisions())
                    .allMatch(decision -> decision instanceof Decision.Noted(SpeechEvent event)
                            && event.getType() == SpeechEventType.LISTENING);
        }
    }

    private static short[] tone(double one, double other, double seconds) {
        short[] sound = new short[(int) (seconds * Frames.SAMPLE_RATE)];
        for (int i = 0; i < sound.length; i++) {
            double t = 2 * Math.PI * i / Frames.SAMPLE_RATE;
            sound[i] = (short) (4000 * (Math.sin(one * t) + Math.sin(other * t)));
        }
        return sound;
    }

    /** The last frame with audible sound: above -50 dB. */
    private static long lastLoud(short[] samples) {
        for (int frame = samples.length / Frames.SAMPLES - 1; frame >= 0; frame--) {
            double power = 0;
            for (int i = frame * Frames.SAMPLES; i < (frame + 1) * Frames.SAMPLES; i++) {
                power += samples[i] * samples[i] / (double) Frames.SAMPLES;
            }
            if (power > 10_000) {
                return frame;
            }
        }
        return -1;
    }
}
