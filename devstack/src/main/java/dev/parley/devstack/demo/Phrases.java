package dev.parley.devstack.demo;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Resampler;
import dev.parley.audio.Sound;
import dev.parley.audio.WavFile;
import dev.parley.devstack.demo.ClearSpeech.Pause;
import dev.parley.speech.ModelFile;
import dev.parley.speech.ModelStore;
import dev.parley.speech.SpeechRecogniser;
import dev.parley.speech.SpeechSynthesiser;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;

/** What the demo's caller says: two recordings of people, and synthesised words where none fits. All at 8 kHz. */
public final class Phrases {
    /** The bot's voice, so much higher and faster, is clearly someone else's. */
    private static final double CALLER_PITCH = 1.22;

    private static final int ATTEMPTS = 8;
    /** Of the loud frames, to full scale: one caller has one loudness. */
    private static final double LOUDNESS_DB = -18;

    /** Soft beginnings and ends of words (a "t", an "s") that trimming leaves in place. */
    private static final int SOFT_BEGINNING_FRAMES = 5;

    private static final int SOFT_END_FRAMES = 3;

    /** A pause between sentences rather than between words. */
    private static final int BREATH_FRAMES = 15;

    private final ModelStore models;
    private final SpeechSynthesiser synthesiser;
    private final SpeechRecogniser recogniser;

    public Phrases(ModelStore models, SpeechSynthesiser synthesiser, SpeechRecogniser recogniser) {
        this.models = models;
        this.synthesiser = synthesiser;
        this.recogniser = recogniser;
    }

    /**
     * Words in a voice that is not the bot's. The voice is neural and says things a little differently each time; like anyone on the
     * telephone it tries again when it was unclear, so a check that fails is about what was heard, not about how it was said.
     */
    public Sound synthesised(String words) {
        Sound said = spoken(words);
        for (int attempt = 1; attempt < ATTEMPTS && !isClear(said, words); attempt++) said = spoken(words);
        return said;
    }

    private boolean isClear(Sound said, String words) {
        return letters(recogniser
                        .recognise(joined(silence(0.2), said, silence(0.2)))
                        .text())
                .equals(letters(words));
    }

    private static String letters(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("\\P{L}", "");
    }

    private Sound spoken(String words) {
        Sound spoken = synthesiser.speak(words);
        Sound pitched = Resampler.resample(
                new Sound((int) Math.round(spoken.sampleRate() * CALLER_PITCH), spoken.samples()), Frames.SAMPLE_RATE);
        return trimmed(pitched);
    }

    /** A person who reads without a stop for about this long; ends at a pause between sentences. */
    Sound unbroken(double seconds) {
        Sound all = trimmed(Resampler.resample(WavFile.read(models.file(ModelFile.TWO_CITIES)), Frames.SAMPLE_RATE));
        int wanted = (int) (seconds * 1000 / Frames.MILLIS);
        int end = new ClearSpeech(all)
                .pauses(BREATH_FRAMES).stream()
                        .mapToInt(Pause::first)
                        .boxed()
                        .min(Comparator.comparingInt(first -> Math.abs(first - wanted)))
                        .orElse(wanted);
        return trimmed(cut(all, 0, end + SOFT_END_FRAMES));
    }

    /** A person who stops in the middle for exactly this long. */
    Sound withPause(double seconds) {
        Sound all = trimmed(Resampler.resample(WavFile.read(models.file(ModelFile.BECKETT)), Frames.SAMPLE_RATE));
        int middle = all.samples().length / Frames.SAMPLES / 2;
        Pause nearest = new ClearSpeech(all)
                .pauses(BREATH_FRAMES).stream()
                        .min(Comparator.comparingInt(pause -> Math.abs(pause.first() - middle)))
                        .orElseThrow(() -> new IllegalStateException("the recording has no pause"));
        Sound before = cut(all, 0, nearest.first() + SOFT_END_FRAMES);
        Sound after = cut(all, nearest.last() + 1 - SOFT_BEGINNING_FRAMES, all.samples().length / Frames.SAMPLES);
        return joined(
                before, silence(seconds - (SOFT_BEGINNING_FRAMES + SOFT_END_FRAMES) * Frames.MILLIS / 1000.0), after);
    }

    static Sound silence(double seconds) {
        return Sound.ofLine(new short[(int) Math.round(seconds * 50) * Frames.SAMPLES]);
    }

    static Sound joined(Sound... parts) {
        short[] all = new short
                [Arrays.stream(parts).mapToInt(part -> part.samples().length).sum()];
        int at = 0;
        for (Sound part : parts) {
            System.arraycopy(part.samples(), 0, all, at, part.samples().length);
            at += part.samples().length;
        }
        return Sound.ofLine(all);
    }

    private static Sound cut(Sound sound, int fromFrame, int toFrame) {
        return Sound.ofLine(Arrays.copyOfRange(sound.samples(), fromFrame * Frames.SAMPLES, toFrame * Frames.SAMPLES));
    }

    /** Without what comes before and after the speech, in whole frames, and as loud as all that the caller says. */
    private static Sound trimmed(Sound sound) {
        ClearSpeech speech = new ClearSpeech(sound);
        Sound words = cut(
                sound,
                Math.max(0, speech.first() - SOFT_BEGINNING_FRAMES),
                Math.min(sound.samples().length / Frames.SAMPLES, speech.last() + 1 + SOFT_END_FRAMES));
        return Sound.ofLine(Pcm.gain(words.samples(), LOUDNESS_DB - speech.loudness()));
    }
}
