package dev.parley.speech;

import java.util.List;

/**
 * Tells how likely a window of sound holds a voice.
 *
 * <p>One thread at a time. What it says of a call depends on nothing but that call's state and window: not on the
 * company it was asked in, so a batch gives exactly what single questions give.
 */
public interface VoiceActivityModel extends AutoCloseable {
    /** Samples of a window: 32 ms at 8 kHz. */
    int WINDOW = 256;

    /**
     * Asks about one window of each of several calls.
     *
     * @param states what is remembered of each call; each is moved on by its window
     * @param windows {@link #WINDOW} samples at 8 kHz for each state, in the same order
     * @return probability of a voice, 0 to 1, in the same order
     * @throws EngineProblem when the engine fails; the states are then as they were
     */
    float[] infer(List<VadState> states, List<short[]> windows);

    @Override
    void close();
}
