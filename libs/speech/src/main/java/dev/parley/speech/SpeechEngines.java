package dev.parley.speech;

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
        throw new EngineProblem("there is no recogniser '" + name + "'. Known: moonshine, vosk");
    }

    /**
     * A voice, loaded.
     *
     * @param name {@code piper} (English) or {@code espeak-ng} (English, Russian and many more, where it is installed)
     * @param language BCP 47 tag, such as en or ru
     * @throws EngineProblem when there is no engine of this name, it does not speak this language or cannot be started
     * @throws ModelProblem when a model file is missing or damaged
     */
    public static SpeechSynthesiser synthesiser(String name, String language, ModelStore models) {
        throw new EngineProblem("there is no voice '" + name + "'. Known: piper, espeak-ng");
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
