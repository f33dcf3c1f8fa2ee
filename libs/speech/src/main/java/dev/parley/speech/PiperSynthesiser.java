package dev.parley.speech;

import dev.parley.audio.Sound;
import io.github.givimad.piperjni.PiperJNI;
import io.github.givimad.piperjni.PiperVoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A Piper voice in this process: neural, 22,050 Hz, 0.18 CPU seconds a second of sound.
 *
 * <p>Piper's native library crashes the JVM when two threads are in it, whatever voices they use, so one lock serves the
 * whole process and callers wait for it. The library is started by the first voice and never stopped: stopping it breaks
 * every other voice.
 */
final class PiperSynthesiser implements SpeechSynthesiser {
    private static final ReentrantLock LIBRARY_LOCK = new ReentrantLock(true);
    private static @Nullable PiperJNI library;

    private final String name;
    private final PiperVoice voice;
    private final int sampleRate;
    private boolean closed;

    PiperSynthesiser(String name, Path model, Path settings) {
        this.name = name;
        LIBRARY_LOCK.lock();
        try {
            voice = library().loadVoice(model, settings);
            sampleRate = voice.getSampleRate();
            library().textToAudio(voice, "Hello."); // the first run is the slow one: not at a caller's cost
        } catch (IOException | PiperJNI.NotInitialized e) {
            throw new EngineProblem("Piper cannot load the voice " + model + ": " + e.getMessage(), e);
        } finally {
            LIBRARY_LOCK.unlock();
        }
    }

    private static PiperJNI library() throws IOException {
        PiperJNI started = library;
        if (started == null) {
            started = PiperFolder.around(() -> {
                PiperJNI piper = new PiperJNI();
                piper.initialize(true, false);
                return piper;
            });
            library = started;
        }
        return started;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Sound speak(String text) {
        if (text.codePoints().noneMatch(Character::isLetterOrDigit)) {
            return new Sound(sampleRate, new short[0]);
        }
        LIBRARY_LOCK.lock();
        try {
            if (closed) {
                throw new EngineProblem("the voice " + name + " is closed");
            }
            return new Sound(sampleRate, library().textToAudio(voice, text));
        } catch (IOException | PiperJNI.NotInitialized e) {
            throw new EngineProblem("Piper failed: " + e.getMessage(), e);
        } finally {
            LIBRARY_LOCK.unlock();
        }
    }

    @Override
    public void close() {
        LIBRARY_LOCK.lock();
        try {
            if (!closed) {
                closed = true;
                voice.close();
            }
        } finally {
            LIBRARY_LOCK.unlock();
        }
    }
}
