package dev.parley.speech;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Makes the engines by the names that the settings use. */
public final class SpeechEngines {
    private SpeechEngines() {}

    /**
     * A recogniser, loaded and warm.
     *
     * @param name {@code moonshine} (English) or {@code vosk} (English, from Maven alone)
     * @throws EngineProblem when there is no engine of this name or it cannot be started
     * @throws ModelProblem when a model file is missing or damaged
     */
    public static SpeechRecogniser recogniser(String name, ModelStore models) {
        return switch (name) {
            case "moonshine" -> new MoonshineRecogniser(models);
            case "vosk" -> new VoskRecogniser(models);
            default -> throw new EngineProblem("there is no recogniser '" + name + "'. Known: moonshine, vosk");
        };
    }

    /**
     * A voice, loaded.
     *
     * @param name {@code piper} (English; other languages with a voice of one's own in the models'
     *     folder, {@code piper-ru/voice.onnx} and {@code voice.onnx.json}) or {@code espeak-ng} (English, Russian and many more, where it is installed)
     * @param language BCP 47 tag, such as en or ru
     * @throws EngineProblem when there is no engine of this name, it does not speak this language or cannot be started
     * @throws ModelProblem when a model file is missing or damaged
     */
    public static SpeechSynthesiser synthesiser(String name, String language, ModelStore models) {
        return switch (name) {
            case "piper" -> piper(Locale.forLanguageTag(language).getLanguage(), models);
            case "espeak-ng" -> new EspeakSynthesiser("espeak-ng", language);
            default -> throw new EngineProblem("there is no voice '" + name + "'. Known: piper, espeak-ng");
        };
    }

    /** English comes with Parley; for any other language a voice that somebody put there serves. */
    private static SpeechSynthesiser piper(String language, ModelStore models) {
        if (language.equals("en")) {
            return new PiperSynthesiser(
                    "piper-en-joe", models.file(ModelFile.PIPER_VOICE), models.file(ModelFile.PIPER_VOICE_SETTINGS));
        }
        Path folder = models.folder().resolve("piper-" + language);
        Path voice = folder.resolve("voice.onnx");
        Path settings = folder.resolve("voice.onnx.json");
        if (!Files.isRegularFile(voice) || !Files.isRegularFile(settings)) {
            throw new EngineProblem("no Piper voice speaks '" + language + "' here. Put one at " + voice + " and "
                    + settings + ", or set TTS_ENGINE=espeak-ng");
        }
        return new PiperSynthesiser("piper-" + language, voice, settings);
    }

    /**
     * The voice-activity model, loaded.
     *
     * @throws EngineProblem when it cannot be started
     * @throws ModelProblem when its file is missing or damaged
     */
    public static VoiceActivityModel voiceActivity(ModelStore models) {
        return new SileroModel(models);
    }
}
