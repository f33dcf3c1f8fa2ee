package dev.parley.speech;

import dev.parley.audio.Sound;

/**
 * Turns a piece of speech into text: a pure function of the sound, so any worker can do any piece.
 *
 * <p>Safe from several threads; each call keeps about one core busy until it returns.
 */
public interface SpeechRecogniser extends AutoCloseable {
    /** The engine's name, as the setting has it and the transcripts carry it. */
    String name();

    /**
     * Recognises speech of any sample rate.
     *
     * @return what was said; empty text for silence, noise, and what the engine is known to invent over them
     * @throws EngineProblem when the engine fails
     */
    Recognition recognise(Sound speech);

    @Override
    void close();
}
