package dev.parley.devstack.demo;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import dev.parley.audio.Sound;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The frames of a recording in which somebody speaks beyond doubt: at least three in a row that are not much quieter than its loud ones. Breath, clicks and
 * a room's noise are not. Made of levels alone, so that it judges the voice detection without sharing its errors.
 */
final class ClearSpeech {
    private static final double QUIETER_DB = 12;
    private static final int IN_A_ROW = 3;

    private final BitSet clear;
    private final int frames;
    private final double loudness;

    ClearSpeech(Sound sound) {
        frames = sound.samples().length / Frames.SAMPLES;
        double[] levels = new double[frames];
        for (int frame = 0; frame < frames; frame++)
            levels[frame] = Pcm.levelDb(sound.samples(), frame * Frames.SAMPLES, Frames.SAMPLES);
        double[] sorted = levels.clone();
        Arrays.sort(sorted);
        loudness = frames == 0 ? Pcm.SILENCE_DB : sorted[(int) (frames * 0.9)];
        double threshold = loudness - QUIETER_DB;
        clear = new BitSet(frames);
        int from = 0;
        for (int frame = 0; frame <= frames; frame++) {
            if (frame < frames && levels[frame] > threshold) continue;
            if (frame - from >= IN_A_ROW) clear.set(from, frame);
            from = frame + 1;
        }
    }

    /** The level that a tenth of the frames exceed, in dB to full scale. */
    double loudness() {
        return loudness;
    }

    boolean at(int frame) {
        return clear.get(frame);
    }

    /** The first such frame; 0 when there is none. */
    int first() {
        return Math.max(0, clear.nextSetBit(0));
    }

    /** The last such frame; the last of all when there is none. */
    int last() {
        return clear.isEmpty() ? frames - 1 : clear.length() - 1;
    }

    /** A stretch without clear speech between two with it; both frames inclusive. */
    record Pause(int first, int last) {
        int frames() {
            return last - first + 1;
        }
    }

    List<Pause> pauses(int atLeastFrames) {
        List<Pause> pauses = new ArrayList<>();
        for (int end = clear.nextClearBit(first()); end < last(); end = clear.nextClearBit(clear.nextSetBit(end))) {
            Pause pause = new Pause(end, clear.nextSetBit(end) - 1);
            if (pause.frames() >= atLeastFrames) pauses.add(pause);
        }
        return pauses;
    }
}
