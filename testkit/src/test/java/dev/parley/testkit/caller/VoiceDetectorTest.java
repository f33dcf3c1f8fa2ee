package dev.parley.testkit.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import dev.parley.testkit.caller.VoiceDetector.Stretch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VoiceDetectorTest {
    @Test
    void stretchesAreFoundToTheStepAndShortGapsDoNotPartThem() {
        // Given 100 ms of silence, 300 of voice, 150 of silence, 200 of voice, 100 of silence
        Sound sound = Sounds.glue(
                Sounds.silence(Duration.ofMillis(100)),
                Voices.beeps(300),
                Sounds.silence(Duration.ofMillis(150)),
                Voices.beeps(200),
                Sounds.silence(Duration.ofMillis(100)));
        VoiceDetector detector = VoiceDetector.forClean(sound.samples());

        assertThat(detector.stretches(sound.samples(), 100))
                .containsExactly(new Stretch(800, 3_199), new Stretch(4_400, 5_999));
        assertThat(detector.stretches(sound.samples(), 150)).containsExactly(new Stretch(800, 5_999));
        assertThat(detector.firstVoiced(sound.samples(), 0)).isEqualTo(800);
        assertThat(detector.firstVoiced(sound.samples(), 3_200)).isEqualTo(4_400);
        assertThat(detector.lastVoiced(sound.samples())).isEqualTo(5_999);
        assertThat(detector.voicedFrames(sound.samples()).stream())
                .containsExactlyElementsOf(IntStream.concat(IntStream.range(5, 20), IntStream.range(27, 38))
                        .boxed()
                        .toList());
    }

    @Test
    void silenceHasNoVoice() {
        short[] silence = new short[1_000];
        assertThat(VoiceDetector.forClean(silence).firstVoiced(silence, 0)).isEqualTo(-1);
        assertThat(VoiceDetector.forClean(silence).lastVoiced(silence)).isEqualTo(-1);
        assertThat(Sounds.trimmed(Sound.ofLine(silence)).samples()).isEmpty();
    }

    @Test
    void noiseHasTheLevelThatWasAskedFor() {
        assertThat(Pcm.levelDb(Sounds.noise(80_000, -40, 7))).isBetween(-40.2, -39.8);
        assertThat(Sounds.noise(100, -40, 7))
                .isEqualTo(Sounds.noise(100, -40, 7))
                .isNotEqualTo(Sounds.noise(100, -40, 8));
    }

    @Test
    void recordingsOfPeopleAreFoundWithTheirTexts() {
        for (String language : List.of("en", "ru")) {
            Optional<Recordings> found = Recordings.find(language);
            assumeTrue(found.isPresent(), "PARLEY_SOUNDS is not set: no recordings of people to try");
            Recordings recordings = found.get();

            assertThat(recordings.all()).hasSizeGreaterThan(300);
            assertThat(recordings.named("demo-instruct").sound().seconds()).isBetween(60.0, 90.0);
            assertThat(recordings.pick(3, 5, 4)).hasSize(5).isEqualTo(recordings.pick(3, 5, 4));
            assertThat(recordings.half(true)).doesNotContainAnyElementsOf(recordings.half(false));
            assertThat(recordings.half(true).size() + recordings.half(false).size())
                    .isEqualTo(recordings.all().size());
        }
    }

    @Test
    void aPersonsVoiceIsMostOfARecordingOfIt() {
        Optional<Recordings> found = Recordings.find("en");
        assumeTrue(found.isPresent(), "PARLEY_SOUNDS is not set: no recordings of people to try");
        for (Recordings.Recording recording : found.get().pick(11, 20, 4)) {
            Sound sound = recording.sound();
            Sound trimmed = Sounds.trimmed(sound);
            assertThat(trimmed.seconds() / sound.seconds()).as(recording.name()).isBetween(0.5, 1.0);
        }
    }
}
