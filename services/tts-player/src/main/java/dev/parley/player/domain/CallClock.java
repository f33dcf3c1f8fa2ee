package dev.parley.player.domain;

/** Wall clock to frames of one call: from its start where that was seen, else from any record that carries both. */
final class CallClock {
    private static final long FRAME_MICROS = 20_000;
    private long frameZeroAt = Long.MIN_VALUE;
    private boolean exact;

    void startedAt(long frameZero) {
        frameZeroAt = frameZero;
        exact = true;
    }

    void seen(long frame, long at) {
        if (!exact && frame >= 0) {
            frameZeroAt = at - frame * FRAME_MICROS;
        }
    }

    long frameAt(long now) {
        return frameZeroAt == Long.MIN_VALUE ? 0 : Math.max(0, (now - frameZeroAt) / FRAME_MICROS);
    }
}
