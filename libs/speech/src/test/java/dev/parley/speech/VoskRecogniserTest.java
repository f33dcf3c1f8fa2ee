package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.audio.Sound;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoskRecogniserTest {
    @Test
    void peopleOnTheTelephoneAreUnderstoodWithWordTimes() {
        ModelStore store = TestModels.store();
        assumeTrue(
                Files.exists(store.folder().resolve("vosk-model-en-0.3.45.aar"))
                        || Files.exists(store.folder().resolve("vosk-en")),
                "Vosk's model is not among the models");

        try (SpeechRecogniser vosk = SpeechEngines.recogniser("vosk", store)) {
            Recognition heard = vosk.recognise(TestModels.onTheLine(ModelFile.BECKETT));

            assertThat(Texts.wordErrorRate(MoonshineRecogniserTest.BECKETT, heard.text()))
                    .as(heard.text())
                    .isLessThan(0.3);
            assertThat(heard.words()).isNotEmpty().allMatch(word -> word.fromMillis() < word.toMillis());
            assertThat(heard.words().getLast().toMillis()).isLessThan(10_000);
            assertThat(vosk.recognise(Sound.ofLine(new short[16_000])).text()).isEmpty();
        }
    }

    @Test
    void withoutItsModelTheCommandThatBringsItIsNamed(@TempDir Path empty) {
        assertThatThrownBy(() -> SpeechEngines.recogniser("vosk", new ModelStore(empty)))
                .isInstanceOf(ModelProblem.class)
                .hasMessageContainingAll("vosk-model-en-0.3.45.aar", "is missing", "mvn dependency:copy");
    }
}
