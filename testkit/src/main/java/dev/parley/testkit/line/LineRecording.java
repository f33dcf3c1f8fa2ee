package dev.parley.testkit.line;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * One direction of a call as it went over the wire, frame by frame from the call's first tick on: frame {@code i} of the
 * caller's line and frame {@code i} of the bot's line belong to the same 20 ms.
 *
 * @param samples 8 kHz, 160 a frame; zeros where nothing was sent
 * @param present for each frame, whether a packet was sent at all: between prompts Asterisk sends none
 * @param atMicros for each frame, the instant at which it was sent, in microseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // a copy for each look at a call would help nobody
public record LineRecording(short[] samples, boolean[] present, long[] atMicros) {
    /** Samples in a frame. */
    public static final int FRAME_SAMPLES = 160;

    /** How many frames the line has. */
    public int frames() {
        return present.length;
    }

    /** Whether a packet was sent in this frame. */
    public boolean present(int frame) {
        return present[frame];
    }

    /** The instant at which a frame was sent, or would have been. */
    public Instant at(int frame) {
        return Instant.EPOCH.plus(atMicros[frame], ChronoUnit.MICROS);
    }

    /** The samples of one frame (a copy). */
    public short[] frame(int frame) {
        return Arrays.copyOfRange(samples, frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES);
    }

    /** The first frame with a packet at or after {@code from}, or -1. */
    public int firstPresent(int from) {
        for (int i = Math.max(from, 0); i < present.length; i++) {
            if (present[i]) {
                return i;
            }
        }
        return -1;
    }

    /** The last frame with a packet before {@code before}, or -1. */
    public int lastPresent(int before) {
        for (int i = Math.min(before, present.length) - 1; i >= 0; i--) {
            if (present[i]) {
                return i;
            }
        }
        return -1;
    }

    /** How long the line is. */
    public Duration duration() {
        return Duration.ofMillis(20L * present.length);
    }
}
