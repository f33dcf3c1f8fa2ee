package dev.parley.testkit.caller;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Finds voice by energy, in steps of 10 ms: made for clean recordings and synthetic voices on a line that is otherwise
 * silent, where it marks beginning and end to the step. It is no match for noise, and is not meant to be: it must not share
 * its errors with the detector that it judges.
 *
 * @param thresholdDb the level of 10 ms (dBFS) from which on they count as voice
 */
public record VoiceDetector(double thresholdDb) {
    /** A step of 10 ms at 8 kHz. */
    public static final int STEP = 80;

    /** Quiet ends of words are about 30 dB below their loudest vowel; below -50 dBFS nothing counts. */
    private static final double BELOW_LOUDEST_DB = 30;

    private static final double FLOOR_DB = -50;

    /** A stretch of voice: its first and last sample, both included. */
    public record Stretch(int firstSample, int lastSample) {
        /** How long it lasts, in milliseconds. */
        public int millis() {
            return (lastSample - firstSample + 1) / 8;
        }
    }

    /** One whose threshold suits a clean recording: 30 dB below its loudest step, and never below -50 dBFS. */
    public static VoiceDetector forClean(short[] samples) {
        double loudest = Pcm.SILENCE_DB;
        for (int from = 0; from + STEP <= samples.length; from += STEP) {
            loudest = Math.max(loudest, Pcm.levelDb(samples, from, STEP));
        }
        return new VoiceDetector(Math.max(loudest - BELOW_LOUDEST_DB, FLOOR_DB));
    }

    /** One that hears whatever is louder than the line's own silence. */
    public static VoiceDetector forAnySound() {
        return new VoiceDetector(FLOOR_DB);
    }

    /** Whether the step that begins at a sample holds voice. */
    public boolean isVoice(short[] samples, int from) {
        int length = Math.min(STEP, samples.length - from);
        return length > 0 && Pcm.levelDb(samples, from, length) >= thresholdDb;
    }

    /** The stretches of voice in the order in which they come; silence up to {@code gapMillis} does not part them. */
    public List<Stretch> stretches(short[] samples, int gapMillis) {
        List<Stretch> found = new ArrayList<>();
        int first = -1;
        int last = -1;
        for (int from = 0; from < samples.length; from += STEP) {
            if (!isVoice(samples, from)) {
                continue;
            }
            if (first >= 0 && from - last - 1 > gapMillis * 8) {
                found.add(new Stretch(first, last));
                first = -1;
            }
            first = first < 0 ? from : first;
            last = Math.min(from + STEP, samples.length) - 1;
        }
        if (first >= 0) {
            found.add(new Stretch(first, last));
        }
        return found;
    }

    /** The frames of 20 ms that hold voice. */
    public BitSet voicedFrames(short[] samples) {
        BitSet frames = new BitSet();
        for (int from = 0; from < samples.length; from += STEP) {
            if (isVoice(samples, from)) {
                frames.set(from / Frames.SAMPLES);
            }
        }
        return frames;
    }

    /** The first sample of voice at or after {@code from}, to the step, or -1. */
    public int firstVoiced(short[] samples, int from) {
        for (int step = from; step < samples.length; step += STEP) {
            if (isVoice(samples, step)) {
                return step;
            }
        }
        return -1;
    }

    /** The last sample of voice, to the step, or -1. */
    public int lastVoiced(short[] samples) {
        List<Stretch> all = stretches(samples, Integer.MAX_VALUE / 8);
        return all.isEmpty() ? -1 : all.getLast().lastSample();
    }
}
