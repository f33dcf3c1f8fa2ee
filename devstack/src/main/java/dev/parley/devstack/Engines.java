package dev.parley.devstack;

import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechEngines;
import dev.parley.speech.SpeechRecogniser;
import dev.parley.speech.SpeechSynthesiser;
import dev.parley.speech.VoiceActivityModel;

/** The engines that the services of one process share. Closed by whoever made them, after the services. */
public record Engines(VoiceActivityModel voiceActivity, SpeechRecogniser recogniser, SpeechSynthesiser synthesiser)
        implements AutoCloseable {
    /** Real engines: what {@code ASR_ENGINE} and {@code TTS_ENGINE} name. */
    public static Engines open(ModelStore models, String recogniser, String synthesiser, String language) {
        return new Engines(
                SpeechEngines.voiceActivity(models),
                SpeechEngines.recogniser(recogniser, models),
                SpeechEngines.synthesiser(synthesiser, language, models));
    }

    @Override
    public void close() {
        voiceActivity.close();
        recogniser.close();
        synthesiser.close();
    }
}
