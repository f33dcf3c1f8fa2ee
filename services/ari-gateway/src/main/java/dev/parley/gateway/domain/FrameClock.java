package dev.parley.gateway.domain;

import java.util.Optional;

/**
 * Numbers the frames of one call: frame n is the one that comes n times 20 ms after frame 0. Numbers never go back and never skip:
 * what the clock does not give to a frame, it gives to a range of missing ones.
 *
 * <p>A frame gets the number after the last one, as long as that is no more than {@value #TOLERANCE} frames off the wall clock;
 * so jitter and slow drift change nothing. Audio that is more than 100 ms overdue is given up ({@link #missing}), and the clock goes
 * on without it. If it comes after all, as a burst behind a stall, as many frames of the burst are refused as were given up: what
 * follows has true numbers again.
 */
public final class FrameClock {
    /** Frames that the numbers may be off the wall clock, in both directions: 100 ms. */
    public static final int TOLERANCE = 5;

    static final long FRAME_MICROS = 20_000;

    /** Frames on the heels of each other, closer than this, are a burst: audio that has waited somewhere. */
    private static final long BURST_MICROS = FRAME_MICROS / 2;

    /** So few frames given up are drift, after which no burst comes. */
    private static final int DRIFT = 2;

    private long next;
    private boolean aligned;
    private long givenUp;
    private boolean stalled;
    private long lastArrival = Long.MIN_VALUE / 2;

    /** A clock at frame 0, or, for a call that was adopted, at the first frame that nobody has published. */
    public FrameClock(long next) {
        this.next = next;
    }

    /** What becomes of a frame that came. */
    public sealed interface Arrival {
        /**
         * @param missing what must be reported missing before it: at the start of a tap only
         */
        record Numbered(long frame, Optional<FrameRange> missing) implements Arrival {}

        /** It came after its time had been given up, or too early to be true: to be dropped. */
        record Late() implements Arrival {}
    }

    /** The number of the next frame. */
    public long next() {
        return next;
    }

    /** A new tap begins: its first frame takes the number that the wall clock says. */
    public void realign() {
        aligned = false;
        givenUp = 0;
        stalled = false;
    }

    /** @param elapsedMicros since the instant of frame 0 */
    public Arrival arrive(long elapsedMicros) {
        boolean burst = elapsedMicros - lastArrival < BURST_MICROS;
        lastArrival = elapsedMicros;
        if (!aligned) {
            aligned = true;
            Optional<FrameRange> missing = giveUpBefore(due(elapsedMicros));
            return new Arrival.Numbered(next++, missing);
        }
        if (burst && givenUp > 0) {
            givenUp--;
            return new Arrival.Late();
        }
        if (!burst) {
            // The first frame after a stall may be the head of a burst; one that comes at its leisure after it tells
            // that it was not.
            givenUp = stalled && givenUp > DRIFT ? givenUp : 0;
            stalled = false;
        }
        return next > due(elapsedMicros) + TOLERANCE
                ? new Arrival.Late()
                : new Arrival.Numbered(next++, Optional.empty());
    }

    /**
     * The frames that are overdue by more than {@value #TOLERANCE} frames. They are given up by this call: whoever asks must
     * publish the range.
     */
    public Optional<FrameRange> missing(long elapsedMicros) {
        Optional<FrameRange> range = giveUpBefore(due(elapsedMicros) - TOLERANCE);
        range.ifPresent(overdue -> {
            givenUp += overdue.count();
            stalled = true;
        });
        return range;
    }

    /** All frames up to this instant, none of which will come: the caller has the bot on hold. */
    public Optional<FrameRange> passed(long elapsedMicros) {
        return giveUpBefore(due(elapsedMicros));
    }

    private Optional<FrameRange> giveUpBefore(long frame) {
        if (frame <= next) {
            return Optional.empty();
        }
        FrameRange range = new FrameRange(next, frame - 1);
        next = frame;
        return Optional.of(range);
    }

    /** The frame that is due at this instant. */
    private static long due(long elapsedMicros) {
        return Math.max(0, Math.floorDiv(elapsedMicros, FRAME_MICROS));
    }
}
