package dev.parley.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelStoreTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyModelFileHasAKnownChecksum(ModelFile file) {
        assertThat(ModelStore.checksum(file)).matches("[0-9a-f]{64}");
    }

    @Test
    void aMissingModelIsNamedWithTheCommandThatFetchesIt() {
        assertThatThrownBy(() -> SpeechEngines.voiceActivity(new ModelStore(folder)))
                .isInstanceOf(ModelProblem.class)
                .hasMessageContainingAll("silero_vad_op18_ifless.onnx", "is missing", "./parley models");
    }

    @Test
    void aDamagedModelIsNamedWithWhatWasExpectedAndFound() throws IOException {
        Path model = folder.resolve("moonshine-tiny-en/tokenizer.bin");
        Files.createDirectories(model.getParent());
        Files.writeString(model, "damaged");

        assertThatThrownBy(() -> SpeechEngines.recogniser("moonshine", new ModelStore(folder)))
                .isInstanceOf(ModelProblem.class)
                .hasMessageContainingAll(
                        "tokenizer.bin", "is damaged", "expected 6884b35f", "7 bytes", "./parley models");
    }

    @Test
    void anUnknownEngineIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> SpeechEngines.recogniser("whisperer", new ModelStore(folder)))
                .hasMessageContainingAll("whisperer", "moonshine", "vosk");
        assertThatThrownBy(() -> SpeechEngines.synthesiser("siri", "en", new ModelStore(folder)))
                .hasMessageContainingAll("siri", "piper", "espeak-ng");
    }

    @Test
    void aLanguageWithoutAPiperVoiceIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> SpeechEngines.synthesiser("piper", "ru", new ModelStore(folder)))
                .isInstanceOf(EngineProblem.class)
                .hasMessageContainingAll("'ru'", "voice.onnx", "TTS_ENGINE=espeak-ng");
    }

    @Test
    void onnxruntimeIsNotLoadedWhereItWouldCallHome() {
        assertThatThrownBy(() -> OnnxRuntime.requireNoTelemetry(Map.of()))
                .isInstanceOf(EngineProblem.class)
                .hasMessageContaining("Set ORT_DISABLE_TELEMETRY=1");
        assertThatThrownBy(() -> OnnxRuntime.requireNoTelemetry(Map.of("ORT_DISABLE_TELEMETRY", "0")))
                .isInstanceOf(EngineProblem.class);
        OnnxRuntime.requireNoTelemetry(Map.of("ORT_DISABLE_TELEMETRY", "1"));
    }
}
