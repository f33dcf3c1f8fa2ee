package dev.parley.chunker.domain;

import dev.parley.records.EndReason;
import dev.parley.records.Heard;
import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import dev.parley.records.UtteranceCheckpoint;
import org.jspecify.annotations.Nullable;

/**
 * When an utterance begins, pauses, goes on and ends.
 *
 * <pre>
 *   Idle --voice for 100 ms--> Speaking --100 ms of silence--> Pausing --the silence time-out--> Idle
 *                                  ^-------voice for 100 ms-------'
 * </pre>
 *
 * Any state ends with a hold, a hang-up or at the greatest length; Pausing also when the bot begins to be heard. The first frame of
 * probable voice already holds the silence timer; voice too short to be speech does not restart it, but gets into a chunk. Frames that nobody
 * listened to do not count: were they silence, the bot would speak over a caller whose gateway was killed in the middle of his sentence.
 */
final class UtteranceMachine {
    /** An utterance begins so long before its first voice was found: the network is 40 to 70 ms late, and beginnings are soft. */
    static final int PRE_ROLL = 12;

    /** Silence is told every 100 ms. */
    static final int MARK = 5;

    /** After 160 ms of silence the chunk so far goes out as provisional. */
    static final int PROVISIONAL_AFTER = 8;

    /** So much of a pause that nobody listened to, 10 s, may not count as silence: the longest outage that is to cost no call. */
    static final int UNHEARD_FORGIVEN = 500;

    /** A hang-up comes in the middle of whatever it comes: two frames of voice are then enough. */
    private static final int ONSET_AT_HANG_UP = 2;

    /** What the machine is in; each state knows only what it needs. */
    sealed interface State {
        /** Nobody speaks. */
        record Idle() implements State {}

        /** The caller speaks, or has stopped for less than 100 ms. */
        record Speaking(Utterance utterance) implements State {}

        /** @param stray last frame of voice in the pause that was too short to be speech; -1: none */
        record Pausing(Utterance utterance, long stray) implements State {}
    }

    /**
     * An utterance that is not over.
     *
     * @param first its first frame, and with the call its id
     * @param lastVoiced the last frame that carried the caller's energy
     * @param voicedFrames how many frames did
     * @param unheard how many frames since then nobody listened to
     */
    record Utterance(long first, long lastVoiced, int voicedFrames, int unheard) {
        Utterance voiced(long frame, int frames) {
            return new Utterance(first, frame, voicedFrames + frames, 0);
        }

        Utterance unheardOneMore() {
            return new Utterance(first, lastVoiced, voicedFrames, Math.min(UNHEARD_FORGIVEN, unheard + 1));
        }
    }

    /** A second. */
    private static final int LISTENING_EVERY = 50;

    private static final long NO_UTTERANCE = -1;
    private static final State IDLE = new State.Idle();

    private final ListeningSettings settings;
    private final AudioLine line;
    private final ChunkCutter cutter;
    private final Decisions out;
    private State state = IDLE;
    private long closedThrough;

    UtteranceMachine(ListeningSettings settings, AudioLine line, Decisions out, long closedThrough) {
        this.settings = settings;
        this.line = line;
        this.cutter = new ChunkCutter(settings, line, out);
        this.out = out;
        this.closedThrough = closedThrough;
    }

    void restore(UtteranceCheckpoint from) {
        Utterance utterance =
                new Utterance(from.getFirst(), from.getLastVoiced(), from.getVoicedFrames(), from.getUnheard());
        state = from.getPausing() ? new State.Pausing(utterance, from.getStray()) : new State.Speaking(utterance);
        cutter.restore(from);
    }

    @Nullable
    UtteranceCheckpoint save() {
        Utterance utterance = open();
        if (utterance == null) {
            return null;
        }
        UtteranceCheckpoint.Builder to = UtteranceCheckpoint.newBuilder()
                .setFirst(utterance.first)
                .setLastVoiced(utterance.lastVoiced)
                .setVoicedFrames(utterance.voicedFrames)
                .setUnheard(utterance.unheard)
                .setPausing(state instanceof State.Pausing)
                .setStray(state instanceof State.Pausing pausing ? pausing.stray : -1);
        cutter.save(to);
        return to.build();
    }

    /** The utterance that is not over; null: nobody speaks. */
    @Nullable
    Utterance open() {
        return switch (state) {
            case State.Idle() -> null;
            case State.Speaking(Utterance utterance) -> utterance;
            case State.Pausing(Utterance utterance, long _) -> utterance;
        };
    }

    /** No utterance begins at or before this frame. */
    long closedThrough() {
        return closedThrough;
    }

    /** The first frame whose samples an open utterance still wants; whatever is newer than everything when none is open. */
    long neededFrom() {
        return open() == null ? Long.MAX_VALUE : cutter.first();
    }

    /**
     * Looks at the newest frame of the line.
     *
     * @param botSince first frame of the stretch in which the bot is heard; -1: it is not
     * @param wordsWanted words of the caller decide now whether the bot goes on
     */
    void look(CallFrame frame, Voice voice, @Nullable Heard heard, long botSince, boolean wordsWanted) {
        if (frame.hold()) {
            close(EndReason.HOLD, frame.frame() - 1, wordsWanted);
            nobodySpeaks(frame);
            return;
        }
        if (frame.unheard()) {
            nobodyListened();
        }
        switch (state) {
            case State.Idle() -> {
                if (voice.sure()) {
                    begin(voice.run(), heard);
                } else if (!frame.unheard()) {
                    nobodySpeaks(frame);
                }
            }
            case State.Speaking(Utterance utterance) -> speaking(utterance, voice, wordsWanted);
            case State.Pausing pausing -> pausing(pausing, voice, heard, botSince, wordsWanted);
        }
    }

    private void nobodySpeaks(CallFrame frame) {
        if (frame.frame() % LISTENING_EVERY == 0) {
            out.add(new Decision.Noted(out.event(SpeechEventType.LISTENING, NO_UTTERANCE)
                    .setLastVoicedFrame(closedThrough)
                    .build()));
        }
    }

    private void nobodyListened() {
        state = switch (state) {
            case State.Idle idle -> idle;
            case State.Speaking(Utterance utterance) -> new State.Speaking(utterance.unheardOneMore());
            case State.Pausing(Utterance utterance, long stray) -> new State.Pausing(utterance.unheardOneMore(), stray);
        };
    }

    /** Speech began so many frames ago. */
    private void begin(int run, @Nullable Heard heard) {
        long firstVoice = line.last() - run + 1;
        long first = Math.max(Math.max(firstVoice - PRE_ROLL, closedThrough + 1), line.first());
        open(new Utterance(first, line.last(), run, 0), heard);
    }

    private void open(Utterance utterance, @Nullable Heard heard) {
        state = new State.Speaking(utterance);
        cutter.begin(utterance.first);
        out.add(new Decision.Noted(
                event(SpeechEventType.SPEECH_STARTED, utterance).setHeard(heard).build()));
    }

    private void speaking(Utterance before, Voice voice, boolean wordsWanted) {
        Utterance utterance = voice.voiced() ? before.voiced(line.last(), 1) : before;
        state = new State.Speaking(utterance);
        if (line.last() - utterance.lastVoiced >= MARK) {
            state = new State.Pausing(utterance, -1);
            silence(utterance, -1, wordsWanted);
        } else if (length(utterance) >= settings.longest()) {
            goOnInTheNext(utterance);
        } else if (cutter.partialIsDue()) {
            cutter.cutPartial();
        }
    }

    /** The greatest length in the middle of speech: the next utterance begins at the frame after the quietest of the last half second. */
    private void goOnInTheNext(Utterance utterance) {
        long seam = cutter.seam(utterance.lastVoiced - 1);
        int voicedAfter = Math.toIntExact(Math.max(0, utterance.lastVoiced - seam));
        Utterance cut = new Utterance(utterance.first, seam, Math.max(0, utterance.voicedFrames - voicedAfter), 0);
        int revision = cutter.cutFinal(seam, false);
        end(cut, settings.longestReason(), revision, true, seam);
        open(new Utterance(seam + 1, utterance.lastVoiced, voicedAfter, utterance.unheard), null);
    }

    private void pausing(
            State.Pausing pausing, Voice voice, @Nullable Heard heard, long botSince, boolean wordsWanted) {
        Utterance utterance = pausing.utterance;
        long now = line.last();
        if (voice.sure()) {
            resume(utterance, voice, heard);
        } else if (voice.probable()) {
            state = new State.Pausing(utterance, voice.voiced() ? now : pausing.stray);
        } else if (heard != null && botSince > utterance.lastVoiced) {
            close(EndReason.BOT_HEARD, now, wordsWanted);
        } else if (now - utterance.lastVoiced - utterance.unheard >= settings.silence()
                && length(utterance) >= settings.shortest()) {
            close(EndReason.SILENCE, now, wordsWanted);
        } else {
            silence(utterance, pausing.stray, wordsWanted);
        }
    }

    private void resume(Utterance before, Voice voice, @Nullable Heard heard) {
        long now = line.last();
        if (length(before) >= settings.longest()) {
            finish(before, settings.longestReason(), now - voice.run(), true, false);
            begin(voice.run(), heard);
            return;
        }
        Utterance utterance = before.voiced(now, voice.run());
        state = new State.Speaking(utterance);
        out.add(new Decision.Noted(
                withProvisional(event(SpeechEventType.RESUMED, utterance)).build()));
        cutter.withdraw();
    }

    /** A frame of silence in an utterance. */
    private void silence(Utterance utterance, long stray, boolean wordsWanted) {
        long silence = line.last() - utterance.lastVoiced;
        long lastSound = Math.max(utterance.lastVoiced, stray);
        long quiet = line.last() - lastSound;
        if (settings.softWindow()
                && !cutter.holds(lastSound)
                && quiet >= (stray < 0 ? PROVISIONAL_AFTER : MARK)
                && silence >= PROVISIONAL_AFTER) {
            cutter.cutProvisional(wordsWanted);
        }
        if (silence % MARK == 0) {
            out.add(new Decision.Noted(
                    withProvisional(event(SpeechEventType.SILENCE, utterance)).build()));
        }
    }

    /** In the middle of speech over the bot: the words so far. */
    void cutEarlyWords() {
        if (state instanceof State.Speaking) {
            cutter.cutEarlyWords();
        }
    }

    /** The call is over after this frame. */
    void hangUp(EndReason reason, int run, boolean wordsWanted) {
        if (state instanceof State.Idle && run >= ONSET_AT_HANG_UP) {
            begin(run, null);
        }
        if (!line.isEmpty()) {
            close(reason, line.last(), wordsWanted);
        }
    }

    private void close(EndReason reason, long last, boolean wordsWanted) {
        Utterance utterance = open();
        if (utterance != null) {
            finish(utterance, reason, last, false, wordsWanted);
        }
    }

    private void finish(Utterance utterance, EndReason reason, long last, boolean continues, boolean wordsWanted) {
        long stray = state instanceof State.Pausing pausing ? pausing.stray : line.last();
        long lastSound = Math.max(utterance.lastVoiced, stray);
        if (cutter.holds(lastSound)) {
            long held = cutter.provisionalLast();
            end(utterance, reason, cutter.provisional(), continues, held);
            cutter.confirmProvisional();
        } else {
            long end = Math.min(last, lastSound + PROVISIONAL_AFTER);
            int revision = cutter.cutFinal(end, wordsWanted);
            end(utterance, reason, revision, continues, end);
        }
    }

    private void end(Utterance utterance, EndReason reason, int revision, boolean continues, long closedThrough) {
        out.add(new Decision.Noted(event(SpeechEventType.END_OF_TURN, utterance)
                .setReason(reason)
                .setIndex(cutter.index())
                .setRevision(revision)
                .setBrief(utterance.voicedFrames < settings.brief())
                .setContinues(continues)
                .build()));
        this.closedThrough = closedThrough;
        state = IDLE;
    }

    private SpeechEvent.Builder withProvisional(SpeechEvent.Builder event) {
        if (cutter.provisional() >= 0) {
            event.setIndex(cutter.index()).setRevision(cutter.provisional());
        }
        return event;
    }

    private SpeechEvent.Builder event(SpeechEventType type, Utterance utterance) {
        return out.event(type, utterance.first)
                .setLastVoicedFrame(utterance.lastVoiced)
                .setVoicedFrames(utterance.voicedFrames);
    }

    private long length(Utterance utterance) {
        return line.last() - utterance.first + 1;
    }
}
