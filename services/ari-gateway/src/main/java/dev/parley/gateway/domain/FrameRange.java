package dev.parley.gateway.domain;

/** Frames, both ends inclusive. */
public record FrameRange(long first, long last) {
    public FrameRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException(first + " to " + last);
        }
    }

    public long count() {
        return last - first + 1;
    }
}
