package dev.parley.chunker.domain;

import dev.parley.records.AudioFrame;
import dev.parley.records.EndReason;
import dev.parley.records.Heard;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.UtteranceCheckpoint;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listening to one call.
 *
 * <p>Records go in with {@link #offer}. Then {@link #advance} goes on as far as it can without the network, {@link #windowSays} gives it what
 * it waits for, and so on in turns, so that the windows of many calls can be asked about in one batch; {@link #take} gives what was decided.
 * What is decided depends on the records and the probabilities alone, not on how they were batched. Not thread-safe.
 *
 * <p>Where a checkpoint is due, {@link #checkpointIsDue} says so right after a step; a new owner is made from it and gets the records
 * from {@code neededOffset} on.
 */
public final class CallListening {
    /** About a second; a multiple of eight. */
    private static final int CHECKPOINT_EVERY = 48;

    /**
     * A window of sound to ask the network about.
     *
     * @param samples 256 samples
     * @param fresh the network is to forget what it remembers of the call first
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, and compared by nobody.
    public record Window(short[] samples, boolean fresh) {}

    private final ListeningSettings settings;
    private final Decisions out;
    private final FrameAssembler frames;
    private final WindowCutter windows = new WindowCutter();
    private final AudioLine line = new AudioLine();
    private final VoiceDetector detector;
    private final HeardLine heardLine;
    private final UtteranceMachine machine;
    private final BargeInEars ears;

    /** What comes before this frame was listened to by another owner: it is only collected. */
    private final long collectUntil;

    private final long collectFromOffset;
    private final ByteBuffer vadAtStart;
    private @Nullable CallFrame waitsForWindow;
    private boolean fresh;
    private boolean ended;
    private long next;
    private long at;
    private long newestOffset;
    private long checkpointedAt;
    private boolean checkpointWanted;
    private boolean checkpointDue;

    /** A call that begins. */
    public CallListening(String callId, ListeningSettings settings) {
        this.settings = settings;
        out = new Decisions(callId);
        frames = new FrameAssembler(-1);
        detector = new VoiceDetector(settings);
        heardLine = new HeardLine(settings, -1);
        machine = new UtteranceMachine(settings, line, out, -1);
        ears = new BargeInEars(settings, out);
        collectUntil = 0;
        collectFromOffset = -1;
        vadAtStart = ByteBuffer.allocate(0);
        fresh = true;
        newestOffset = -1;
    }

    /** A call that another owner has listened to up to this checkpoint. */
    public CallListening(ListeningCheckpoint from, ListeningSettings settings) {
        this.settings = settings;
        out = new Decisions(from.getCallId());
        frames = new FrameAssembler(from.getNeededFrame());
        detector = new VoiceDetector(from.getVoice(), settings);
        heardLine = new HeardLine(settings, from.getVoice().getHeardSince());
        machine = new UtteranceMachine(settings, line, out, from.getClosedThrough());
        UtteranceCheckpoint utterance = from.getUtterance();
        if (utterance != null) {
            machine.restore(utterance);
        }
        ears = new BargeInEars(settings, out);
        ears.restore(from.getEars());
        collectUntil = from.getFrame();
        collectFromOffset = from.getNeededOffset();
        vadAtStart = from.getVad();
        fresh = !vadAtStart.hasRemaining();
        ended = from.getEnded();
        next = from.getFrame();
        at = from.getAt();
        newestOffset = from.getNeededOffset() - 1;
        checkpointedAt = from.getFrame();
    }

    /** What the network remembered of the call at the checkpoint that this was made from; empty: nothing. */
    public ByteBuffer vadAtStart() {
        return vadAtStart.duplicate();
    }

    public String callId() {
        return out.callId();
    }

    /** Whether the call is over; nothing is decided any more. */
    public boolean ended() {
        return ended;
    }

    /** The next frame that is to be listened to. */
    public long nextFrame() {
        return next;
    }

    /** Instant of the newest frame that was listened to, in microseconds since 1970. */
    public long at() {
        return at;
    }

    /** Takes a record in; tells why not, where it cannot be listened to. */
    public @Nullable Drop offer(AudioFrame record, long offset) {
        if (ended) {
            return Drop.AFTER_END;
        }
        if (offset < collectFromOffset) {
            // Older than anything that is still wanted: another call of the partition wants it.
            return null;
        }
        newestOffset = Math.max(newestOffset, offset);
        return frames.accept(record, offset);
    }

    /** Goes on until a window is to be asked about, and gives it; null: there is nothing to do, or a checkpoint is due. */
    public @Nullable Window advance() {
        if (waitsForWindow != null) {
            throw new IllegalStateException("the window of frame " + waitsForWindow.frame() + " was not answered");
        }
        while (!checkpointDue) {
            switch (frames.poll()) {
                case null -> {
                    return null;
                }
                case FrameAssembler.Jump(long landing) -> jump(landing);
                case FrameAssembler.End(long frame, long endedAt, long _) -> end(frame, endedAt);
                case CallFrame frame when frame.frame() < collectUntil -> line.append(frame);
                case CallFrame frame -> {
                    line.append(frame);
                    short[] window = windows.add(frame.samples());
                    if (window != null) {
                        waitsForWindow = frame;
                        boolean first = fresh;
                        fresh = false;
                        return new Window(window, first);
                    }
                    look(frame);
                }
            }
        }
        return null;
    }

    /** The answer to the window that {@link #advance} gave: the probability that it holds a voice. */
    public void windowSays(float probability) {
        CallFrame frame = waitsForWindow;
        if (frame == null) {
            throw new IllegalStateException("no window of call " + callId() + " was asked about");
        }
        waitsForWindow = null;
        detector.windowSays(probability);
        look(frame);
    }

    private void look(CallFrame frame) {
        at = frame.at();
        next = frame.frame() + 1;
        out.now(frame.frame(), at);
        Heard heard = heardLine.at(line);
        Voice voice = detector.look(frame, line, heard != null);
        long closedBefore = machine.closedThrough();
        machine.look(frame, voice, heard, heardLine.since(), ears.wordsWanted());
        if (frame.hold()) {
            ears.reset();
        } else {
            UtteranceMachine.Utterance open = machine.open();
            boolean near = voice.voiced() && detector.nearAsTheCaller(voice.level());
            if (ears.look(near, heard, open == null ? -1 : open.first())) {
                machine.cutEarlyWords();
            }
        }
        checkpointWanted |= out.hasCut() || machine.closedThrough() != closedBefore;
        if (next % FrameAssembler.MEETING == 0) {
            line.dropBefore(neededFrame());
            checkpointDue = checkpointWanted || next - checkpointedAt >= CHECKPOINT_EVERY;
        }
    }

    private void end(long frame, long endedAt) {
        out.now(frame, endedAt);
        machine.hangUp(EndReason.HANG_UP, detector.run(), ears.wordsWanted());
        ears.reset();
        ended = true;
        checkpointDue = true;
    }

    /** The call has gone silent on the topic: its utterance is closed; should it come back after all, it is listened to anew. */
    public void lose() {
        if (ended || waitsForWindow != null) {
            return;
        }
        out.now(next, at);
        machine.hangUp(EndReason.LOST, detector.run(), ears.wordsWanted());
        ears.reset();
        jump(frames.skipToMeeting());
        checkpointDue = true;
    }

    private void jump(long landing) {
        line.clear();
        if (landing < collectUntil) {
            return;
        }
        windows.clear();
        detector.clear();
        heardLine.clear();
        fresh = true;
        next = landing;
    }

    private long neededFrame() {
        return Math.min(machine.neededFrom(), Math.max(0, next - settings.history()));
    }

    /** What was decided since this was asked last, in order. */
    public List<Decision> take() {
        return out.take();
    }

    /** Whether the state now, after all that was taken, is to be kept. Nothing goes on before it was. */
    public boolean checkpointIsDue() {
        return checkpointDue;
    }

    /**
     * The state now.
     *
     * @param vad what the network remembers of the call
     */
    public ListeningCheckpoint checkpoint(byte[] vad) {
        checkpointDue = false;
        checkpointWanted = false;
        checkpointedAt = next;
        boolean silent = line.isEmpty() || ended;
        CallFrame oldest = silent ? null : line.find(Math.max(line.first(), neededFrame()));
        return ListeningCheckpoint.newBuilder()
                .setCallId(callId())
                .setFrame(next)
                .setAt(at)
                .setNeededFrame(oldest == null ? next : oldest.frame())
                .setNeededOffset(oldest == null ? newestOffset + 1 : oldest.offset())
                .setEnded(ended)
                .setClosedThrough(machine.closedThrough())
                .setVad(ByteBuffer.wrap(ended || fresh ? new byte[0] : vad))
                .setVoice(detector.save(heardLine.since()))
                .setUtterance(machine.save())
                .setEars(ears.save())
                .build();
    }
}
