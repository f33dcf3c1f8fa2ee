package dev.parley.testkit.line;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One direction of a call while it grows. One thread, the call's clock, appends; any thread may read. */
public final class Line {
    private static final int FRAME = LineRecording.FRAME_SAMPLES;

    private short[] samples = new short[FRAME * 1024];
    private boolean[] present = new boolean[1024];
    private long[] at = new long[1024];
    private int frames;
    private boolean closed;

    /** @param frame 160 samples, or null where nothing was sent */
    public synchronized void append(short @Nullable [] frame, long atMicros) {
        if (frames == present.length) {
            samples = Arrays.copyOf(samples, samples.length * 2);
            present = Arrays.copyOf(present, present.length * 2);
            at = Arrays.copyOf(at, at.length * 2);
        }
        if (frame != null) {
            System.arraycopy(frame, 0, samples, frames * FRAME, FRAME);
            present[frames] = true;
        }
        at[frames] = atMicros;
        frames++;
        notifyAll();
    }

    /** Nothing more will come. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits until there are so many frames; false where the line ended before. */
    public synchronized boolean await(int wanted) throws InterruptedException {
        while (frames < wanted && !closed) {
            wait();
        }
        return frames >= wanted;
    }

    /** How many there are so far. */
    public synchronized int frames() {
        return frames;
    }

    /** All of it so far. */
    public synchronized LineRecording copy() {
        return new LineRecording(
                Arrays.copyOf(samples, frames * FRAME), Arrays.copyOf(present, frames), Arrays.copyOf(at, frames));
    }

    /** A copy of the frames from {@code from} on. */
    public synchronized LineRecording copyFrom(int from) {
        int start = Math.min(from, frames);
        return new LineRecording(
                Arrays.copyOfRange(samples, start * FRAME, frames * FRAME),
                Arrays.copyOfRange(present, start, frames),
                Arrays.copyOfRange(at, start, frames));
    }
}
