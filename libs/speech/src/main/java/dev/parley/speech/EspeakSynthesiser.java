package dev.parley.speech;

import dev.parley.audio.Sound;
import dev.parley.audio.UnusableAudio;
import dev.parley.audio.WavFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * espeak-ng as a process for each text: robotic, in more than a hundred languages, 30 to 50 ms each. Safe from several
 * threads.
 */
final class EspeakSynthesiser implements SpeechSynthesiser {
    private static final long PATIENCE_SECONDS = 20;

    private final String program;
    private final String voice;

    /** The language is a BCP 47 tag; of en-US and the like only the language counts where espeak-ng has no such voice. */
    EspeakSynthesiser(String program, String language) {
        this.program = program;
        this.voice = voiceFor(language);
        speak("1"); // a language that it does not have is known now, not in a call
    }

    private static String voiceFor(String language) {
        Locale locale = Locale.forLanguageTag(language);
        if (locale.getLanguage().isEmpty()) {
            throw new EngineProblem("'" + language + "' is no language tag such as en or ru");
        }
        return locale.toLanguageTag().equalsIgnoreCase("en-US") ? "en-us" : locale.getLanguage();
    }

    @Override
    public String name() {
        return "espeak-ng-" + voice;
    }

    @Override
    public Sound speak(String text) {
        Path wav = null;
        try {
            wav = Files.createTempFile("parley-espeak-", ".wav");
            run(wav, text);
            return WavFile.read(wav);
        } catch (UnusableAudio e) {
            throw new EngineProblem("espeak-ng gave no sound: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new EngineProblem("espeak-ng could not be used: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineProblem("interrupted while espeak-ng spoke", e);
        } finally {
            delete(wav);
        }
    }

    /** The text goes in by standard input: a text may begin with a dash, and everybody may read command lines. */
    private void run(Path wav, String text) throws IOException, InterruptedException {
        Process process = start(List.of(program, "-v", voice, "-b", "1", "-w", wav.toString(), "--stdin"));
        try {
            try (var in = process.getOutputStream()) {
                in.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended before it had read everything: its exit code and its words say why.
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new EngineProblem("espeak-ng did not finish within " + PATIENCE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                throw new EngineProblem("espeak-ng failed with exit code " + process.exitValue() + ": " + words);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(List<String> command) throws IOException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new EngineProblem(
                    "TTS_ENGINE=espeak-ng, but the program " + program
                            + " is not on this machine. Debian, Ubuntu: apt-get install espeak-ng   macOS: brew install"
                            + " espeak-ng",
                    e);
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A few kilobytes stay in the temporary folder.
        }
    }

    @Override
    public void close() {
        // Every text has its own process, which is gone by the time that it was spoken.
    }
}
