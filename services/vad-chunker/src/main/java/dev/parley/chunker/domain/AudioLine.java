package dev.parley.chunker.domain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The frames of a call that may still be wanted, without holes. */
final class AudioLine {
    private final List<CallFrame> frames = new ArrayList<>();
    private int dropped;

    void append(CallFrame frame) {
        if (!isEmpty() && frame.frame() != last() + 1) {
            throw new IllegalArgumentException("frame " + frame.frame() + " does not follow " + last());
        }
        frames.add(frame);
    }

    void clear() {
        frames.clear();
        dropped = 0;
    }

    boolean isEmpty() {
        return frames.size() == dropped;
    }

    long first() {
        return frames.get(dropped).frame();
    }

    long last() {
        return frames.getLast().frame();
    }

    /** The frame of this number; null when it is gone or has not come yet. */
    @Nullable
    CallFrame find(long frame) {
        if (isEmpty() || frame < first() || frame > last()) {
            return null;
        }
        return get(frame);
    }

    private CallFrame get(long frame) {
        return frames.get(dropped + Math.toIntExact(frame - first()));
    }

    /** Forgets what comes before this frame; the room is cleared when as much is gone as is left. */
    void dropBefore(long frame) {
        while (!isEmpty() && first() < frame) {
            dropped++;
        }
        if (dropped > 64 && dropped > frames.size() / 2) {
            frames.subList(0, dropped).clear();
            dropped = 0;
        }
    }

    /** The quietest frame between these two; the last one of several. Of frames that are not here, the nearest is taken. */
    long quietest(long from, long to) {
        long quietest = Math.clamp(to, first(), last());
        for (long frame = quietest - 1; frame >= Math.max(from, first()); frame--) {
            if (get(frame).level() < get(quietest).level()) {
                quietest = frame;
            }
        }
        return quietest;
    }

    /** The highest level of the newest frames. */
    double loudest(int newest) {
        double loudest = Level.SILENCE;
        for (long frame = Math.max(first(), last() - newest + 1); frame <= last(); frame++) {
            loudest = Math.max(loudest, get(frame).level());
        }
        return loudest;
    }

    /** The samples of these frames, both inclusive, as they go on the topic. */
    ByteBuffer pcm(long from, long to) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact((to - from + 1) * 2 * CallFrame.SAMPLES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long frame = from; frame <= to; frame++) {
            for (short sample : get(frame).samples()) {
                out.putShort(sample);
            }
        }
        return out.flip();
    }
}
