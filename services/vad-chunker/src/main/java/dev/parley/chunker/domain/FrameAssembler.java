package dev.parley.chunker.domain;

import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.Heard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Makes a line of frames without holes out of a call's records: drops what is late or of an older tap, fills gaps with silence.
 *
 * <p>A hole of more than {@link #LONGEST_FILL} frames (longer than any silence that still matters) is filled that far and then
 * jumped over, so that a record that claims years of gap costs nothing.
 */
final class FrameAssembler {
    /** 30 s. */
    static final int LONGEST_FILL = 1500;

    /**
     * Missing in one piece for longer than this, 1 s, and nobody listened: a gateway was killed, or its frames were lost. What is told piece by piece as time goes is a
     * phone that sends nothing while nobody speaks.
     */
    static final int NOBODY_LISTENED = 50;

    /** 32 ms windows and 20 ms frames begin together at every eighth frame. */
    static final int MEETING = 8;

    /** What comes out, in order. */
    sealed interface Step permits CallFrame, Jump, End {}

    /** What comes next has nothing to do with what came before; frame is the next one, divisible by {@link #MEETING}. */
    record Jump(long frame) implements Step {}

    /** The call is over. */
    record End(long frame, long at, long offset) implements Step {}

    /** Frames that wait to be taken, all alike but for their number. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, and compared by nobody.
    private record Stretch(
            long from,
            long to,
            long at,
            short @Nullable [] samples,
            boolean hold,
            boolean unheard,
            @Nullable Heard heard,
            long offset) {}

    private final Deque<Object> waiting = new ArrayDeque<>();
    private long next;
    private int tapEpoch;
    private boolean ended;

    /** @param next the first frame that is wanted; -1: the call begins with whatever comes first */
    FrameAssembler(long next) {
        this.next = next;
    }

    /** Takes a record in; tells why not, where it cannot. */
    @Nullable
    Drop accept(AudioFrame in, long offset) {
        if (ended) {
            return Drop.AFTER_END;
        }
        FrameKind kind = in.getKind();
        if (kind == FrameKind.UNKNOWN) {
            return Drop.UNKNOWN_KIND;
        }
        long from = in.getFrame();
        long to = kind == FrameKind.FRAME ? from : kind == FrameKind.END ? from - 1 : in.getLastFrame();
        ByteBuffer pcm = in.getPcm();
        boolean soundMissing = kind == FrameKind.FRAME && (pcm == null || pcm.remaining() != 2 * CallFrame.SAMPLES);
        if (from < 0 || (kind != FrameKind.END && to < from) || soundMissing) {
            return Drop.MALFORMED;
        }
        if (in.getTapEpoch() < tapEpoch) {
            return Drop.OLDER_TAP;
        }
        if (kind != FrameKind.END && to < next) {
            return Drop.LATE;
        }
        tapEpoch = in.getTapEpoch();
        if (next < 0) {
            next = meeting(from);
        }
        if (from > next) {
            fill(from - 1, in, false, offset);
        }
        switch (kind) {
            case FRAME -> {
                waiting.add(new Stretch(from, from, in.getAt(), samples(pcm), false, false, in.getHeard(), offset));
                next = from + 1;
            }
            case END -> {
                waiting.add(new End(next, in.getAt(), offset));
                ended = true;
            }
            default -> fill(to, in, kind == FrameKind.HOLD, offset);
        }
        return null;
    }

    /** Silence from the next frame through this one. */
    private void fill(long to, AudioFrame in, boolean hold, long offset) {
        long far = Math.min(to, next + LONGEST_FILL - 1);
        boolean unheard = !hold && to - next >= NOBODY_LISTENED;
        addSilence(next, far, in, hold, unheard, offset);
        long landing = meeting(to + 1);
        if (landing > far + 1) {
            waiting.add(new Jump(landing));
            addSilence(landing, to, in, hold, unheard, offset);
        } else {
            addSilence(far + 1, to, in, hold, unheard, offset);
        }
        next = to + 1;
    }

    private void addSilence(long from, long to, AudioFrame in, boolean hold, boolean unheard, long offset) {
        if (from <= to) {
            long at = in.getAt() + (from - in.getFrame()) * CallFrame.MICROS;
            waiting.add(new Stretch(from, to, at, null, hold, unheard, null, offset));
        }
    }

    /** The next step, if there is one. */
    @Nullable
    Step poll() {
        Object head = waiting.poll();
        if (!(head instanceof Stretch stretch)) {
            return (Step) head;
        }
        if (stretch.from < stretch.to) {
            waiting.addFirst(new Stretch(
                    stretch.from + 1,
                    stretch.to,
                    stretch.at + CallFrame.MICROS,
                    null,
                    stretch.hold,
                    stretch.unheard,
                    null,
                    stretch.offset));
        }
        return stretch.samples == null
                ? CallFrame.silent(stretch.from, stretch.at, stretch.hold, stretch.unheard, stretch.offset)
                : CallFrame.of(stretch.from, stretch.at, stretch.samples, stretch.heard, stretch.offset);
    }

    /** Gives up what was not taken, and waits for a frame from the next meeting of frames and windows on. */
    long skipToMeeting() {
        waiting.clear();
        next = meeting(next + MEETING - 1);
        return next;
    }

    private static long meeting(long frame) {
        return frame - frame % MEETING;
    }

    private static short[] samples(ByteBuffer pcm) {
        short[] samples = new short[CallFrame.SAMPLES];
        pcm.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return samples;
    }
}
