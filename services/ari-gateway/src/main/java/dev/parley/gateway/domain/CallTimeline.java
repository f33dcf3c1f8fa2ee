package dev.parley.gateway.domain;

import dev.parley.records.AudioFrame;
import dev.parley.records.FrameKind;
import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The audio topic's view of one call: turns what comes from Asterisk (frames, digits, hold, playbacks, the end) into the call's
 * records, in their order, without a hole in their numbers. Every method takes the present, in microseconds since 1970, from one
 * clock that never goes back.
 */
public final class CallTimeline {
    /** Digits wait for the next record; a caller cannot press so many within 100 ms. */
    private static final int MOST_DIGITS = 32;

    private final String callId;
    private final long frameZeroAt;
    private final FrameClock clock;
    private final HeardMark heard = new HeardMark();
    private final Queue<String> digits = new ArrayDeque<>();
    private int tapEpoch;
    private boolean held;
    private boolean ended;

    /**
     * @param frameZeroAt the instant of frame 0
     * @param firstFrame 0, or for a call that is adopted the first frame that nobody has published
     */
    public CallTimeline(String callId, long frameZeroAt, long firstFrame) {
        this.callId = callId;
        this.frameZeroAt = frameZeroAt;
        this.clock = new FrameClock(firstFrame);
    }

    public long frameZeroAt() {
        return frameZeroAt;
    }

    /** The next frame: what happens now happens at it. */
    public long frame() {
        return clock.next();
    }

    /** The frame of this instant, as far as there is one yet. */
    public long frameAt(long instant) {
        return Math.clamp((instant - frameZeroAt) / FrameClock.FRAME_MICROS, 0, clock.next());
    }

    public boolean isHeld() {
        return held;
    }

    /** A new tap takes over; audio of the older one must not be given here any more. */
    public void tapped(int epoch) {
        tapEpoch = epoch;
        clock.realign();
    }

    /**
     * Another tap goes on, without a pause, where the older one lagged: the numbers go on too.
     *
     * @return whether the next frame is due yet; until it is, a frame must not be given here
     */
    public boolean swapped(int epoch, long now) {
        tapEpoch = epoch;
        return clock.next() * FrameClock.FRAME_MICROS <= now - frameZeroAt;
    }

    /**
     * A frame of the caller's audio.
     *
     * @param botDb level of what is sent to the caller meanwhile, in dB relative to full scale; null: not known
     * @return its record, after a GAP where the tap begins late; empty when it is to be dropped: see {@link #isHeld}, else it was late
     */
    public List<AudioFrame> audio(byte[] pcm, @Nullable Float botDb, long now) {
        if (ended || held) {
            return List.of();
        }
        return switch (clock.arrive(now - frameZeroAt)) {
            case FrameClock.Arrival.Late() -> List.of();
            case FrameClock.Arrival.Numbered(long frame, var missing) -> {
                List<AudioFrame> records = new ArrayList<>(2);
                missing.ifPresent(range -> records.add(record(FrameKind.GAP, range, now, null)));
                AudioFrame record = record(FrameKind.FRAME, new FrameRange(frame, frame), now, pcm);
                if (record.getHeard() != null) {
                    record.setHeard(new Heard(
                            record.getHeard().getPlaybackId(), record.getHeard().getKind(), botDb));
                }
                records.add(record);
                yield records;
            }
        };
    }

    /** Time passes: reports audio that is missing for 100 ms, or frames spent on hold. To be called every 20 ms or so. */
    public List<AudioFrame> tick(long now) {
        if (ended) {
            return List.of();
        }
        long elapsed = now - frameZeroAt;
        if (!held) {
            return clock.missing(elapsed).map(range -> record(FrameKind.GAP, range, now, null)).stream()
                    .toList();
        }
        return elapsed / 20_000 - clock.next() < FrameClock.TOLERANCE ? List.of() : holdUpTo(now);
    }

    /** The caller pressed a digit; it goes with the next record. */
    public void digit(String digit) {
        if (digits.size() < MOST_DIGITS) {
            digits.add(digit);
        }
    }

    /** The caller has the bot on hold from the next frame on. @return whether that is new */
    public boolean hold() {
        boolean change = !held && !ended;
        held |= change;
        return change;
    }

    /** The caller is back: what was on hold until now. */
    public List<AudioFrame> unhold(long now) {
        if (!held || ended) {
            return List.of();
        }
        List<AudioFrame> records = holdUpTo(now);
        held = false;
        clock.realign();
        return records;
    }

    /** See {@link HeardMark#started}. */
    public boolean playbackStarted(String playbackId, ReplyKind kind) {
        return heard.started(playbackId, kind);
    }

    /** See {@link HeardMark#finished}. */
    public boolean playbackFinished(String playbackId) {
        return heard.finished(playbackId);
    }

    public List<Heard> playing() {
        return heard.playing();
    }

    /** The call is over. Its last record, once; nothing comes after it. */
    public List<AudioFrame> end(long now) {
        if (ended) {
            return List.of();
        }
        ended = true;
        return List.of(record(FrameKind.END, new FrameRange(clock.next(), clock.next()), now, null));
    }

    private List<AudioFrame> holdUpTo(long now) {
        return clock.passed(now - frameZeroAt).map(range -> record(FrameKind.HOLD, range, now, null)).stream()
                .toList();
    }

    private AudioFrame record(FrameKind kind, FrameRange range, long now, byte @Nullable [] pcm) {
        return AudioFrame.newBuilder()
                .setCallId(callId)
                .setKind(kind)
                .setFrame(range.first())
                .setLastFrame(range.last())
                .setAt(instant(kind, range, now))
                .setTapEpoch(tapEpoch)
                .setPcm(pcm == null ? null : ByteBuffer.wrap(pcm))
                .setHeard(kind == FrameKind.END ? null : heard.now().orElse(null))
                .setDigit(digits.poll())
                .build();
    }

    /** A stretch that is told of when it is over begins where it began: its reader counts the instants of its frames from there. */
    private long instant(FrameKind kind, FrameRange range, long now) {
        return kind == FrameKind.GAP || kind == FrameKind.HOLD
                ? Math.min(now, frameZeroAt + FrameClock.FRAME_MICROS * range.first())
                : now;
    }
}
