package dev.parley.testkit.asterisk;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A tap on a caller's channel. What it hears waits in a queue that is read one frame in 20 ms: a burst after a stall makes
 * the tap late for good, until the phone stops sending or the backlog reaches 500 ms and is thrown away.
 */
final class SnoopChannel extends Channel {
    /** With more than 25 frames (500 ms) of backlog, they are thrown away. */
    static final int BACKLOG_LIMIT = 25;

    private static final short[] ZEROS = new short[Frames.SAMPLES];

    enum Spy {
        NONE,
        IN,
        OUT,
        BOTH
    }

    final CallerChannel spiedOn;
    private final Spy spy;
    /** A tap that gives no frame at all, as was once seen. */
    boolean mute;

    private final Deque<short[]> backlog = new ArrayDeque<>();
    private short @Nullable [] botNow;
    private short @Nullable [] botBefore;
    private short[] now = ZEROS;

    SnoopChannel(String id, String name, CallerChannel spiedOn, Spy spy, Switchboard switchboard) {
        super(id, name, State.UP, switchboard);
        this.spiedOn = spiedOn;
        this.spy = spy;
        this.language = spiedOn.language;
    }

    /** A packet of the caller's has come. */
    void heard(short[] frame) {
        backlog.add(frame);
        if (backlog.size() > BACKLOG_LIMIT) {
            backlog.clear();
        }
    }

    /** What was sent to the caller in this tick, if anything; the last frame of a prompt never gets here. */
    void spoken(short @Nullable [] frame) {
        botBefore = frame == null ? null : botNow;
        botNow = frame;
    }

    /** Reads the tap once, 14 ms after the packets of its tick. */
    void read() {
        short[] caller = backlog.isEmpty() ? ZEROS : backlog.remove();
        short[] bot = botBefore == null ? ZEROS : botBefore;
        now = switch (spy) {
            case NONE -> ZEROS;
            case IN -> caller;
            case OUT -> bot;
            case BOTH -> Pcm.mix(caller, bot);
        };
    }

    int backlogFrames() {
        return backlog.size();
    }

    @Override
    short @Nullable [] speaks() {
        return mute ? null : now;
    }

    @Override
    void ended() {
        spiedOn.snoops.remove(this);
    }
}
