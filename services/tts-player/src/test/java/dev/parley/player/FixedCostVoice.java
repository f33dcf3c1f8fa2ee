package dev.parley.player;

import dev.parley.audio.Sound;
import dev.parley.speech.SpeechSynthesiser;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Speaks "… 1500 ms" as a tone of that length, at a fixed cost. */
final class FixedCostVoice implements SpeechSynthesiser {
    private static final Pattern LENGTH = Pattern.compile("(\\d+) ms");
    private static final int RATE = 16_000;

    private final Duration cost;
    final AtomicInteger spoken = new AtomicInteger();

    final AtomicInteger runs = new AtomicInteger();

    FixedCostVoice(Duration cost) {
        this.cost = cost;
    }

    @Override
    public String name() {
        return "fixed-cost";
    }

    @Override
    public Sound speak(String text) {
        spoken.incrementAndGet();
        long until = System.nanoTime() + cost.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
        Matcher length = LENGTH.matcher(text);
        int millis = length.find() ? Integer.parseInt(length.group(1)) : 300;
        short[] tone = new short[RATE / 1000 * millis];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (short) (8000 * Math.sin(2 * Math.PI * 440 * i / RATE));
        }
        if (text.startsWith("run ")) {
            runs.incrementAndGet();
        }
        return new Sound(RATE, tone);
    }

    @Override
    public void close() {}
}
