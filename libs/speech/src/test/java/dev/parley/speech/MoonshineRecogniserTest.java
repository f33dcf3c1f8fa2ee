package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoonshineRecogniserTest {
    static final String BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.";
    private static final String CITIES =
            "It was the best of times, it was the worst of times, it was the age of wisdom,"
                    + " it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity";

    private static SpeechRecogniser moonshine;

    @BeforeAll
    static void load() {
        moonshine = SpeechEngines.recogniser("moonshine", TestModels.store());
    }

    @AfterAll
    static void free() {
        if (moonshine != null) {
            moonshine.close();
        }
    }

    @Test
    void peopleOnTheTelephoneAreReadNearlyWithoutMistakes() {
        Sound beckett = TestModels.onTheLine(ModelFile.BECKETT);
        Sound cities = TestModels.onTheLine(ModelFile.TWO_CITIES).between(Duration.ZERO, Duration.ofMillis(13_500));

        Recognition short1 = moonshine.recognise(beckett);
        Recognition long1 = moonshine.recognise(cities);

        assertThat(Texts.wordErrorRate(BECKETT, short1.text())).isLessThan(0.1);
        assertThat(Texts.wordErrorRate(CITIES, long1.text())).as(long1.text()).isLessThan(0.1);
        assertThat(short1.confidence().orElseThrow()).isBetween(0.5, 1.0);
    }

    @Test
    void whereASentenceIsCutOffItIsNotCompletedByInvention() {
        Sound cut =
                TestModels.onTheLine(ModelFile.TWO_CITIES).between(Duration.ofMillis(4560), Duration.ofMillis(9090));

        assertThat(moonshine.recognise(cut).text())
                .startsWithIgnoringCase("It was the age of wisdom. It was the age of foolishness.")
                .hasSizeLessThan(75);
    }

    @ParameterizedTest
    @CsvSource({"digits/0, zero", "digits/7, seven", "digits/day-3, wednesday", "digits/mon-9, october"})
    void aSingleShortWordIsHeard(String recording, String word) {
        Sound sound = WavFile.read(TestModels.sounds().resolve("en").resolve(Path.of(recording + ".wav")));

        assertThat(moonshine.recognise(sound).text()).startsWithIgnoringCase(word);
    }

    @ParameterizedTest
    @CsvSource({"100, 0", "3000, 0", "1000, 20", "2000, 150", "2000, 1500", "5000, 1500", "2000, 3276"})
    void silenceAndNoiseAreNoWords(int millis, int deviation) {
        short[] noise = SileroModelTest.noise(8 * millis, 7, deviation);

        assertThat(moonshine.recognise(Sound.ofLine(noise)).text()).isEmpty();
    }

    @Test
    void nothingAtAllIsNoWords() {
        assertThat(moonshine.recognise(Sound.ofLine(new short[0])).text()).isEmpty();
    }

    @Test
    void theTextDoesNotDependOnWhatElseIsBeingRecognised() throws Exception {
        Sound beckett = TestModels.onTheLine(ModelFile.BECKETT);
        Callable<String> work = () -> moonshine.recognise(beckett).text();
        String alone = work.call();

        try (var threads = Executors.newFixedThreadPool(3)) {
            for (var text : threads.invokeAll(List.of(work, work, work))) {
                assertThat(text.get()).isEqualTo(alone);
            }
        }
    }
}
