package dev.parley.chunker;

import dev.parley.speech.VadState;
import dev.parley.speech.VoiceActivityModel;
import java.util.List;

/** Takes a window for voice when a good part of it is loud: no network, so that a test says exactly where voice is. */
public final class ScriptedVoice implements VoiceActivityModel {
    @Override
    public float[] infer(List<VadState> states, List<short[]> windows) {
        float[] voice = new float[windows.size()];
        for (int i = 0; i < voice.length; i++) {
            int loud = 0;
            for (short sample : windows.get(i)) {
                loud += Math.abs(sample) > 100 ? 1 : 0;
            }
            voice[i] = loud > 60 ? 0.95f : 0.03f;
        }
        return voice;
    }

    @Override
    public void close() {}
}
