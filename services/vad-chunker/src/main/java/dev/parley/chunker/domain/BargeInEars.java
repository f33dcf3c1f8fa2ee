package dev.parley.chunker.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.EarsCheckpoint;
import dev.parley.records.EarsPhase;
import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import dev.parley.records.SpeechEventType;
import dev.parley.records.Suspicion;
import org.jspecify.annotations.Nullable;

/**
 * The ears of barge-in: voice over what the caller hears pauses the bot on suspicion, holds it past the guard, and stops it when there is
 * enough of it. Which words it was is the agent's to judge, from the early words.
 *
 * <pre>
 *   Quiet --> Rising --suspect--> Suspected --voice ends--> Quiet (dismissed; the next suspicion takes longer)
 *                \------guard---------\--guard--> Held --stop--> Confirmed (voidBefore = first voiced frame)
 * </pre>
 *
 * Every suspicion has a deadline at which players resume by themselves; while the caller speaks it is renewed. A reply is paused on suspicion
 * at most twice, then only past the guard. Voice over a filler holds it, and voids nothing.
 */
final class BargeInEars {
    /** Voice has ended after so much silence: longer than the closure of a consonant. */
    private static final int ENDED = 6;

    /** A suspicion outlives the gap after a word such as "Stop, …": to resume in it and pause again is worse than to resume a little later. */
    private static final int SUSPICION_ENDED = 12;

    /** After so much silence voice is another voice: what was decided about the first does not hold for it. */
    private static final int ANOTHER = 30;

    /** Early words are cut so often while the bot is held. */
    private static final int EARLY_WORDS_EVERY = 20;

    /** Each dismissal makes the next suspicion take so much longer; an interruption ends that, and each reply heard without a pause takes one back. */
    private static final int SLOWER = 3;

    private static final int PAUSES_A_REPLY = 2;
    private static final long SUSPICION_MICROS = 1_000_000;

    /** Long enough for the words after the voice has ended: 1 s for the agent, and recognition. */
    private static final long HOLD_MICROS = 2_500_000;

    private static final long RENEW_MICROS = 1_500_000;

    /** What the ears make of it. */
    sealed interface Phase {
        record Quiet() implements Phase {}

        record Rising(Run run) implements Phase {}

        record Suspected(Run run, long deadlineAt) implements Phase {}

        record Held(Run run, long deadlineAt, long since) implements Phase {}

        record Confirmed(Run run) implements Phase {}
    }

    /** Voice over the bot: its utterance (-1: not known yet), first and last voiced frame, how many there were, and what was heard. */
    record Run(long utterance, long first, long lastVoiced, int voicedFrames, Heard heard) {
        Run voiced(long frame) {
            return new Run(utterance, first, frame, voicedFrames + 1, heard);
        }

        Run in(long utterance) {
            return new Run(utterance, first, lastVoiced, voicedFrames, heard);
        }
    }

    private static final Phase QUIET = new Phase.Quiet();

    private final ListeningSettings settings;
    private final Decisions out;
    private Phase phase = QUIET;
    private long voidBefore;
    private @Nullable String voidPlaybackId;
    private int dismissals;
    private String pausedReply = "";
    private String heardReply = "";
    private int pauses;

    BargeInEars(ListeningSettings settings, Decisions out) {
        this.settings = settings;
        this.out = out;
    }

    void restore(EarsCheckpoint from) {
        voidBefore = from.getVoidBefore();
        voidPlaybackId = from.getVoidPlaybackId();
        dismissals = from.getDismissals();
        pausedReply = from.getPausedReply();
        heardReply = from.getHeardReply();
        pauses = from.getPauses();
        Heard heard = from.getHeard();
        if (heard == null) {
            return;
        }
        Run run = new Run(from.getUtterance(), from.getFirst(), from.getLastVoiced(), from.getVoicedFrames(), heard);
        phase = switch (from.getPhase()) {
            case RISING -> new Phase.Rising(run);
            case SUSPECTED -> new Phase.Suspected(run, from.getDeadlineAt());
            case HELD -> new Phase.Held(run, from.getDeadlineAt(), from.getHeldSince());
            case CONFIRMED -> new Phase.Confirmed(run);
            case QUIET, UNKNOWN -> QUIET;
        };
    }

    EarsCheckpoint save() {
        EarsCheckpoint.Builder to = EarsCheckpoint.newBuilder()
                .setPhase(EarsPhase.QUIET)
                .setUtterance(-1)
                .setFirst(-1)
                .setLastVoiced(-1)
                .setVoicedFrames(0)
                .setHeldSince(-1)
                .setDeadlineAt(0)
                .setVoidBefore(voidBefore)
                .setVoidPlaybackId(voidPlaybackId)
                .setDismissals(dismissals)
                .setHeardReply(heardReply)
                .setPausedReply(pausedReply)
                .setPauses(pauses);
        switch (phase) {
            case Phase.Quiet() -> {}
            case Phase.Rising(Run run) -> save(EarsPhase.RISING, run, to);
            case Phase.Suspected(Run run, long deadlineAt) ->
                save(EarsPhase.SUSPECTED, run, to.setDeadlineAt(deadlineAt));
            case Phase.Held(Run run, long deadlineAt, long since) ->
                save(EarsPhase.HELD, run, to.setDeadlineAt(deadlineAt).setHeldSince(since));
            case Phase.Confirmed(Run run) -> save(EarsPhase.CONFIRMED, run, to);
        }
        return to.build();
    }

    private static void save(EarsPhase phase, Run run, EarsCheckpoint.Builder to) {
        to.setPhase(phase)
                .setUtterance(run.utterance)
                .setFirst(run.first)
                .setLastVoiced(run.lastVoiced)
                .setVoicedFrames(run.voicedFrames)
                .setHeard(run.heard);
    }

    /** Whether words of the caller decide now whether the bot goes on. */
    boolean wordsWanted() {
        return phase instanceof Phase.Suspected || phase instanceof Phase.Held;
    }

    /**
     * Looks at a frame.
     *
     * @param near voiced, and as loud as only the caller is
     * @param utterance the utterance that is open; -1: none
     * @return whether the words so far are wanted at once
     */
    boolean look(boolean near, @Nullable Heard heard, long utterance) {
        if (!settings.bargeIn()) {
            return false;
        }
        if (heard != null && heard.getKind() != ReplyKind.FILLER) {
            follow(reply(heard));
        }
        long now = out.frame();
        return switch (phase) {
            case Phase.Quiet() -> {
                if (near && heard != null) {
                    rise(new Run(-1, now, now, 1, heard), utterance);
                }
                yield false;
            }
            case Phase.Rising(Run before) -> {
                Run run = near ? before.voiced(now) : before;
                if (heard == null || now - run.lastVoiced >= ENDED) {
                    phase = QUIET;
                    yield false;
                }
                yield rise(run, utterance);
            }
            case Phase.Suspected(Run before, long deadlineAt) -> {
                Run run = near ? before.voiced(now) : before;
                phase = new Phase.Suspected(run, deadlineAt);
                if (run.voicedFrames >= settings.guard()) {
                    yield hold(run);
                }
                if (now - run.lastVoiced >= SUSPICION_ENDED || out.at() >= deadlineAt) {
                    dismissals++;
                    dismiss(run);
                }
                yield false;
            }
            case Phase.Held held -> held(held, near, heard, utterance);
            case Phase.Confirmed(Run before) -> {
                Run run = near ? before.voiced(now) : before;
                phase = now - run.lastVoiced >= ANOTHER ? QUIET : new Phase.Confirmed(run);
                yield false;
            }
        };
    }

    /** A reply that was heard without a pause: the ears had no reason to be slow, and become one step quicker. */
    private void follow(String reply) {
        if (!reply.equals(heardReply)) {
            if (!heardReply.isEmpty() && !heardReply.equals(pausedReply)) {
                dismissals = Math.max(0, dismissals - 1);
            }
            heardReply = reply;
        }
    }

    private boolean rise(Run run, long utterance) {
        phase = new Phase.Rising(run);
        if (utterance < 0) {
            return false;
        }
        if (run.voicedFrames >= settings.guard()) {
            return hold(run.in(utterance));
        }
        String reply = reply(run.heard);
        int pausesBefore = reply.equals(pausedReply) ? pauses : 0;
        int suspect = Math.min(settings.guard(), settings.suspect() + SLOWER * dismissals);
        if (settings.suspect() > 0 && pausesBefore < PAUSES_A_REPLY && run.voicedFrames >= suspect) {
            pausedReply = reply;
            pauses = pausesBefore + 1;
            Run suspicious = run.in(utterance);
            long deadlineAt = out.at() + SUSPICION_MICROS;
            phase = new Phase.Suspected(suspicious, deadlineAt);
            publish(suspicion(suspicious, deadlineAt));
            note(SpeechEventType.SUSPECTED, suspicious);
        }
        return false;
    }

    private boolean hold(Run run) {
        long deadlineAt = out.at() + HOLD_MICROS;
        phase = new Phase.Held(run, deadlineAt, out.frame());
        publish(suspicion(run, deadlineAt));
        note(SpeechEventType.HELD, run);
        return true;
    }

    private boolean held(Phase.Held held, boolean near, @Nullable Heard heard, long utterance) {
        long now = out.frame();
        if (near && now - held.run.lastVoiced >= ANOTHER && heard != null) {
            rise(new Run(-1, now, now, 1, heard), utterance);
            return false;
        }
        Run run = near ? held.run.voiced(now) : held.run;
        if (run.voicedFrames >= settings.stop() && run.heard.getKind() != ReplyKind.FILLER) {
            voidBefore = Math.max(voidBefore, run.first);
            voidPlaybackId = run.heard.getPlaybackId();
            phase = new Phase.Confirmed(run);
            dismissals = 0;
            publish(null);
            note(SpeechEventType.CONFIRMED, run);
            return false;
        }
        long deadlineAt = held.deadlineAt;
        if (near && out.at() >= deadlineAt - RENEW_MICROS) {
            deadlineAt = out.at() + HOLD_MICROS;
            publish(suspicion(run, deadlineAt));
        }
        phase = new Phase.Held(run, deadlineAt, held.since);
        if (out.at() >= deadlineAt) {
            dismiss(run);
            return false;
        }
        return now - run.lastVoiced < ENDED && (now - held.since) % EARLY_WORDS_EVERY == 0;
    }

    private void dismiss(Run run) {
        phase = QUIET;
        publish(null);
        note(SpeechEventType.DISMISSED, run);
    }

    /** Hold, hang-up, lost: whatever was suspected is no longer. */
    void reset() {
        switch (phase) {
            case Phase.Suspected(Run run, long _) -> dismiss(run);
            case Phase.Held(Run run, long _, long _) -> dismiss(run);
            default -> phase = QUIET;
        }
    }

    private static Suspicion suspicion(Run run, long deadlineAt) {
        return new Suspicion(run.first, run.heard.getPlaybackId(), deadlineAt);
    }

    private void publish(@Nullable Suspicion suspicion) {
        out.add(new Decision.Control(BargeIn.newBuilder()
                .setCallId(out.callId())
                .setWriter(BargeInWriter.CHUNKER)
                .setVoidBefore(voidBefore)
                .setVoidPlaybackId(voidPlaybackId)
                .setSuspicion(suspicion)
                .setFrame(out.frame())
                .setAt(out.at())
                .build()));
    }

    private void note(SpeechEventType type, Run run) {
        out.add(new Decision.Noted(out.event(type, run.utterance)
                .setLastVoicedFrame(run.lastVoiced)
                .setVoicedFrames(run.voicedFrames)
                .setHeard(run.heard)
                .build()));
    }

    /** The reply that a playback is part of: its id without the number of the chunk. */
    private static String reply(Heard heard) {
        String id = heard.getPlaybackId();
        int chunk = id.lastIndexOf('-');
        return chunk < 0 ? id : id.substring(0, chunk);
    }
}
