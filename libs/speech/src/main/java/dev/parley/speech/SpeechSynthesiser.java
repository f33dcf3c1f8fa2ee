package dev.parley.speech;

import dev.parley.audio.Sound;

/** Turns text into speech. Safe from several threads; an engine that cannot work in parallel lets them wait. */
public interface SpeechSynthesiser extends AutoCloseable {
    /** Engine and voice, as people and {@code reply.audio} call it, such as {@code piper-en-joe}. */
    String name();

    /**
     * Speaks a text.
     *
     * @return the sound at the voice's own sample rate; without samples when the text holds nothing to say
     * @throws EngineProblem when the engine fails
     */
    Sound speak(String text);

    @Override
    void close();
}
