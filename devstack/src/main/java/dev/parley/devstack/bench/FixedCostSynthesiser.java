package dev.parley.devstack.bench;

import dev.parley.audio.Frames;
import dev.parley.audio.Sound;
import dev.parley.speech.SpeechSynthesiser;
import java.time.Duration;

/** Takes its time, and speaks a tone: 60 ms for each character. */
final class FixedCostSynthesiser implements SpeechSynthesiser {
    private static final int SAMPLES_PER_CHARACTER = 3 * Frames.SAMPLES;
    private static final double RADIANS_PER_SAMPLE = 2 * Math.PI * 330 / Frames.SAMPLE_RATE;

    private final Duration cost;

    FixedCostSynthesiser(Duration cost) {
        this.cost = cost;
    }

    @Override
    public String name() {
        return "fixed-cost";
    }

    @Override
    public Sound speak(String text) {
        FixedCost.spend(cost);
        short[] samples = new short[text.length() * SAMPLES_PER_CHARACTER];
        for (int i = 0; i < samples.length; i++) samples[i] = (short) (8000 * Math.sin(i * RADIANS_PER_SAMPLE));
        return Sound.ofLine(samples);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
