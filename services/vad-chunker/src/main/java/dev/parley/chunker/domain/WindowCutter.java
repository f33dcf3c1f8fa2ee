package dev.parley.chunker.domain;

import org.jspecify.annotations.Nullable;

/** Cuts the line of 20 ms frames anew into the 32 ms windows that the voice detector wants. Empty at every eighth frame. */
final class WindowCutter {
    /** Samples of a window. */
    static final int WINDOW = 256;

    private short[] window = new short[WINDOW];
    private int filled;

    /** Takes a frame; gives the window that it completes, if it completes one. */
    short @Nullable [] add(short[] frame) {
        int fits = Math.min(frame.length, WINDOW - filled);
        System.arraycopy(frame, 0, window, filled, fits);
        filled += fits;
        if (filled < WINDOW) {
            return null;
        }
        short[] full = window;
        window = new short[WINDOW];
        filled = frame.length - fits;
        System.arraycopy(frame, fits, window, 0, filled);
        return full;
    }

    void clear() {
        filled = 0;
    }
}
