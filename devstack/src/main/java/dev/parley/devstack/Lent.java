package dev.parley.devstack;

import dev.parley.audio.Sound;
import dev.parley.speech.Recognition;
import dev.parley.speech.SpeechRecogniser;
import dev.parley.speech.SpeechSynthesiser;
import dev.parley.speech.VadState;
import dev.parley.speech.VoiceActivityModel;
import java.util.List;

/** Engines for a service that closes what it is given, where they belong to somebody else. */
final class Lent {
    private Lent() {}

    static VoiceActivityModel of(VoiceActivityModel owned) {
        return new VoiceActivityModel() {
            @Override
            public float[] infer(List<VadState> states, List<short[]> windows) {
                return owned.infer(states, windows);
            }

            @Override
            public void close() {
                // its owner does
            }
        };
    }

    static SpeechRecogniser of(SpeechRecogniser owned) {
        return new SpeechRecogniser() {
            @Override
            public String name() {
                return owned.name();
            }

            @Override
            public Recognition recognise(Sound speech) {
                return owned.recognise(speech);
            }

            @Override
            public void close() {
                // its owner does
            }
        };
    }

    static SpeechSynthesiser of(SpeechSynthesiser owned) {
        return new SpeechSynthesiser() {
            @Override
            public String name() {
                return owned.name();
            }

            @Override
            public Sound speak(String text) {
                return owned.speak(text);
            }

            @Override
            public void close() {
                // its owner does
            }
        };
    }
}
