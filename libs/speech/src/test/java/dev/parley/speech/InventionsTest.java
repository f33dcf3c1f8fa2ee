package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.audio.Sound;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"♪", "♪♪♪", "[Music]", "(upbeat music)", "You", "you.", "Thanks for watching!", "...", ""})
    void whatSubtitlesSayOverSilenceIsDropped(String text) {
        assertThat(Inventions.drop(text, 0.95)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Yes.",
                "Thank you, you too.",
                "No, no, no, no.",
                "Thank you.",
                "Thank you very much.",
                "Zero zero zero zero zero zero",
                "42"
            })
    void whatPeopleSayStays(String text) {
        assertThat(Inventions.drop(text, 0.9)).isEqualTo(text);
    }

    @Test
    void whatTheEngineGropedForIsDropped() {
        assertThat(Inventions.drop("You can also use the same color.", 0.28)).isEmpty();
    }

    @Test
    void soundMarksGoAndTheWordsBesideThemStay() {
        assertThat(Inventions.drop("[noise] I want ♪ a pizza", 0.9)).isEqualTo("I want a pizza");
    }

    @Test
    void aLoopIsCutToItsFirstRoundAndWhatFollowsIsDropped() {
        String phrase = "the same color as ";

        assertThat(Inventions.drop("I like " + phrase.repeat(5) + "the", 0.9)).isEqualTo("I like the same color as");
        assertThat(Inventions.drop(String.join(" ", Collections.nCopies(30, "the")), 0.9))
                .isEqualTo("the");
    }

    @Test
    void aSentenceIsALoopAtItsThirdTimeAndNotAtItsSecond() {
        String sentence = "It was the age of foolishness. ";

        assertThat(Inventions.drop("And " + sentence.repeat(3), 0.9)).isEqualTo("And " + sentence.strip());
        assertThat(Inventions.drop(sentence.repeat(2), 0.9))
                .isEqualTo(sentence.repeat(2).strip());
    }

    @Test
    void onlyWhatNobodyCouldHearIsSilence() {
        short[] click = new short[8000];
        click[4000] = 3000;

        assertThat(Inventions.isSilence(Sound.ofLine(new short[8000]))).isTrue();
        assertThat(Inventions.isSilence(Sound.ofLine(SileroModelTest.noise(8000, 1, 10))))
                .isTrue();
        assertThat(Inventions.isSilence(Sound.ofLine(click))).isFalse();
    }
}
