package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynthesisersTest {
    @TempDir
    Path folder;

    @Test
    void whatPiperSaysMoonshineUnderstands() {
        ModelStore store = TestModels.store();
        try (SpeechSynthesiser piper = SpeechEngines.synthesiser("piper", "en-US", store);
                SpeechRecogniser moonshine = SpeechEngines.recogniser("moonshine", store)) {
            Sound spoken = piper.speak("We are open from nine to five.");

            assertThat(spoken.sampleRate()).isEqualTo(22_050);
            assertThat(Texts.wordErrorRate(
                            "We are open from nine to five",
                            moonshine.recognise(spoken).text()))
                    .isLessThan(0.2);
            assertThat(piper.speak(" … ").samples()).isEmpty();
        }
    }

    @Test
    void piperSpeaksForManyThreadsAtOnceAndAfterAnotherVoiceWasClosed() throws Exception {
        try (SpeechSynthesiser piper = SpeechEngines.synthesiser("piper", "en", TestModels.store());
                var threads = Executors.newFixedThreadPool(4)) {
            SpeechEngines.synthesiser("piper", "en", TestModels.store()).close();
            Callable<Sound> work = () -> piper.speak("Yes.");

            for (var sound : threads.invokeAll(Collections.nCopies(4, work))) {
                assertThat(Pcm.levelDb(sound.get().samples())).isGreaterThan(-40);
            }
        }
    }

    @Test
    void withoutEspeakTheCommandThatInstallsItIsNamed() {
        assertThatThrownBy(() -> new EspeakSynthesiser("/no/such/espeak-ng", "ru"))
                .isInstanceOf(EngineProblem.class)
                .hasMessageContainingAll("not on this machine", "apt-get install espeak-ng");
    }

    @Test
    void espeakIsAskedForTheLanguageAndFedTheTextByStandardInput() throws IOException {
        Path wav = folder.resolve("spoken.wav");
        WavFile.write(wav, new Sound(22_050, new short[500]));
        Path program =
                script("echo \"$@\" > '%s/arguments'; cat > '%s/text'; cp '%s' \"$6\"".formatted(folder, folder, wav));

        Sound spoken = new EspeakSynthesiser(program.toString(), "ru-RU").speak("-v привет");

        assertThat(spoken).isEqualTo(new Sound(22_050, new short[500]));
        assertThat(folder.resolve("arguments"))
                .content()
                .startsWith("-v ru -b 1 -w ")
                .contains("--stdin");
        assertThat(folder.resolve("text")).hasContent("-v привет");
    }

    @Test
    void whatEspeakComplainsOfReachesTheReader() throws IOException {
        Path program = script("echo 'no such voice' >&2; exit 3");

        assertThatThrownBy(() -> new EspeakSynthesiser(program.toString(), "xx"))
                .isInstanceOf(EngineProblem.class)
                .hasMessageContainingAll("exit code 3", "no such voice");
    }

    @Test
    void whatADeadProcessUnpackedIsDeletedAndWhatALivingOneUsesIsKept() throws IOException {
        Path dead = Files.createDirectory(folder.resolve("piper-jni-native1"));
        Files.createDirectory(dead.resolve("espeak-ng-data"));
        Files.createFile(dead.resolve("parley.lock"));
        Path unmarked = Files.createDirectory(folder.resolve("piper-jni-native2"));
        Path ours = folder.resolve("piper-jni-native3");

        PiperFolder.around(folder, () -> Files.createDirectory(ours));
        PiperFolder.around(folder, () -> "another start in this process");

        assertThat(dead).doesNotExist();
        assertThat(unmarked).exists();
        assertThat(ours).exists();
    }

    private Path script(String commands) throws IOException {
        Path script = folder.resolve("espeak-ng");
        Files.writeString(script, "#!/bin/sh\n" + commands + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
