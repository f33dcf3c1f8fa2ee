package dev.parley.agent.domain;

import dev.parley.agent.domain.UtteranceText.Reading;
import dev.parley.records.ChunkStage;
import dev.parley.records.ReplyKind;
import dev.parley.records.Said;
import dev.parley.records.SpeechEvent;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is, and what answers it: words take the floor, join a turn or are none; an answer is begun before the turn has ended, committed when the end agrees,
 * cancelled when not, and taken back when it became void. Of one dialogue, on its thread.
 */
final class Floor {
    private final Context context;
    private final ReplyLog log;
    private final Answering answering;
    private final Interruptions interruptions;
    private final Prompts prompts;
    private final History history;
    private final Collection<Utterance> utterances;
    private @Nullable Turn turn;
    private @Nullable String expects;

    /** @param utterances those that are not done with, as they change */
    Floor(
            Context context,
            ReplyLog log,
            Answering answering,
            Interruptions interruptions,
            Prompts prompts,
            History history,
            Collection<Utterance> utterances) {
        this.context = context;
        this.log = log;
        this.answering = answering;
        this.interruptions = interruptions;
        this.prompts = prompts;
        this.history = history;
        this.utterances = utterances;
    }

    /** Goes on from a snapshot. */
    void restore(@Nullable String expected) {
        expects = expected;
    }

    /** The turn that is open or was decided last; null: it is history. */
    @Nullable
    Turn turn() {
        return turn;
    }

    /** What kind of answer the last reply has asked for. */
    @Nullable
    String expects() {
        return expects;
    }

    /** Digits are words of the caller's: they join what is being said, or are a turn of their own. */
    void entered(Keypad.Entry entry) {
        Utterance keys = new Utterance(entry.first());
        takeFloor(keys, entry.digits(), entry.last(), context.policy.digitsInterrupt());
        Turn open = Objects.requireNonNull(turn);
        long frame = Math.max(entry.last(), interruptions.voidBefore());
        open.basis(new ReplyId(ReplyKind.ANSWER, entry.first(), 0, 0, 0), frame);
        open.ended(frame, entry.last(), context.nowMicros());
        context.note(Happening.ENTERED, entry.first(), "");
        if (utterances.isEmpty()) {
            decide(open, log.decided(entry.first()), entry.digits());
        }
    }

    /** First words take the floor, unless they only show that the caller listens. */
    void listen(Utterance utterance) {
        Reading reading = utterance.text.newest().orElse(null);
        if (!utterance.announced
                || reading == null
                || !reading.hasWords()
                || (turn != null && turn.holds(utterance.first))) {
            return;
        }
        if (log.decided(utterance.first) != null || interruptions.isDoubtful(utterance, reading)) {
            return;
        }
        if (interruptions.isBackchannel(utterance, reading.text(), reading.lastFrame())) {
            utterance.backchannel = true;
            if (utterance.suspected || reading.early()) {
                interruptions.dismiss(utterance, reading.lastFrame(), Happening.BACKCHANNEL);
            }
            return;
        }
        takeFloor(utterance, reading.text(), reading.lastFrame(), true);
    }

    void takeFloor(Utterance utterance, String text, long lastFrame, boolean stops) {
        Turn open = turn;
        boolean joins = open != null && goesOn(open, utterance);
        boolean stopped = stops && interruptions.stop(utterance, lastFrame);
        if (open != null && joins) {
            Answer answer = open.answer();
            open.reopen();
            if (answer != null) {
                answering.cancel(answer, "continued by utterance " + utterance.first);
            }
            context.note(Happening.JOINED, utterance.first, "");
        } else {
            if (stopped) {
                context.note(Happening.INTERRUPTED, utterance.first, "");
            }
            close();
            open = new Turn();
            turn = open;
        }
        if (stopped) {
            enforceVoid();
        }
        open.put(utterance.first, text);
        prompts.callerSaidSomething();
    }

    /** Whether words of this utterance continue the turn rather than begin another. */
    private boolean goesOn(Turn open, Utterance utterance) {
        if (!open.decided()) {
            return true;
        }
        Answer answer = open.answer();
        if (answer != null && !answer.interruptible() && !answer.cancelled()) {
            return false;
        }
        if (utterance.first <= open.decisionFrame() + context.policy.debounceFrames()) {
            return true;
        }
        return !open.givenUp()
                && answer != null
                && !(answer.ended() && answer.chunks().isEmpty())
                && !wasHeard(answer, utterance);
    }

    private boolean wasHeard(Answer answer, Utterance before) {
        return answer.heardBefore(before.first)
                || interruptions.isHeard(answer, before.over())
                || interruptions.wasHeardWhenVoid(answer);
    }

    /** Once found, it stays one, though the bot may have ended in the meantime. */
    private boolean isBackchannel(Utterance utterance, Reading reading) {
        return interruptions.isBackchannel(utterance, reading.text(), reading.lastFrame())
                || (utterance.backchannel && context.policy.backchannels().matches(reading.text()));
    }

    /** Whether the bot was told to go on over these words, since they were none. */
    private boolean wasNoWords(Utterance utterance, Reading reading) {
        return utterance.dismissedThrough >= 0 && interruptions.isDoubtful(utterance, reading);
    }

    /** Begins an answer before the turn has ended. */
    void prefetch(Utterance utterance) {
        Turn open = turn;
        Reading reading = utterance.text.newest().orElse(null);
        if (open == null || !open.holds(utterance.first) || reading == null || reading.early()) {
            return;
        }
        String text = open.textWith(utterance.first, reading.text());
        boolean enough = reading.stage() == ChunkStage.PARTIAL
                ? reading.index() <= 1 && text.length() >= context.policy.prefetchMinChars()
                : Words.any(text);
        if (!enough || open.isAnswered(text) || reading.lastFrame() < interruptions.voidBefore()) {
            return;
        }
        Answer outdated = open.answer();
        if (outdated != null) {
            answering.cancel(outdated, "the caller said more");
            open.reopen();
        }
        if (!open.mayStillSpeculate(context.policy.speculationBudget())) {
            return;
        }
        open.put(utterance.first, reading.text());
        open.speculated();
        context.note(Happening.PREFETCHED, utterance.first, reading.index() + "/" + reading.revision());
        open.answering(
                answering.begin(
                        new ReplyId(ReplyKind.ANSWER, utterance.first, reading.index(), reading.revision(), 0),
                        reading.lastFrame(),
                        request(open, text)),
                text);
    }

    void resumed(Utterance utterance, SpeechEvent event) {
        if (event.getIndex() == null || event.getRevision() == null) {
            return;
        }
        utterance.text.supersede(event.getIndex(), event.getRevision());
        Answer answer = turn == null || turn.decided() ? null : turn.answer();
        if (turn != null
                && answer != null
                && answer.id.utterance() == utterance.first
                && answer.id.index() == event.getIndex()
                && answer.id.revision() <= event.getRevision()) {
            answering.cancel(answer, "the caller went on");
            turn.reopen();
        }
    }

    /** An utterance is over and its text is known: its turn is decided, continued, or nothing. */
    void resolve(Utterance utterance, SpeechEvent end, @Nullable Reading reading) {
        String text = reading == null ? "" : reading.text();
        Answer logged = log.decided(utterance.first);
        boolean inTurn = turn != null && turn.holds(utterance.first);
        boolean words = reading != null && reading.hasWords();
        if (reading != null && words && !inTurn && logged == null && isBackchannel(utterance, reading)) {
            interruptions.dismiss(utterance, end.getLastVoicedFrame(), Happening.BACKCHANNEL);
            words = false;
        } else if (reading != null && words && !inTurn && logged == null && wasNoWords(utterance, reading)) {
            // The bot went on over it: what the recogniser makes of it now comes too late to stop anything.
            context.note(Happening.DOUBTFUL, utterance.first, "");
            words = false;
        } else if (reading != null && words && !inTurn) {
            takeFloor(utterance, reading.text(), reading.lastFrame(), true);
        } else if (!words) {
            if (utterance.suspected) {
                interruptions.dismiss(utterance, end.getFrame(), Happening.WORDLESS);
            }
            context.note(Happening.NOTHING_SAID, utterance.first, "");
        }
        Turn open = turn;
        if (open == null || (!words && open.decided())) {
            if (reading != null && reading.failed() && !words) {
                prompts.apologise(end.getFrame(), "not understood");
            }
            return;
        }
        if (inTurn || words) {
            open.put(utterance.first, text);
        }
        open.ended(end.getLastVoicedFrame(), end.getFrame(), utterance.endSeenAt);
        if (words && reading != null) {
            open.basis(
                    new ReplyId(ReplyKind.ANSWER, utterance.first, reading.index(), reading.revision(), 0),
                    reading.lastFrame());
        }
        if (!end.getContinues()) {
            decide(open, logged, text);
        }
    }

    /** The caller has ended: commits the answer that fits, or begins it now. */
    void decide(Turn open, @Nullable Answer logged, String latest) {
        ReplyId basis = open.basis();
        if (basis == null || !open.hasWords()) {
            Answer answer = open.answer();
            if (answer != null) {
                answering.cancel(answer, "nothing was said");
            }
            turn = null;
            return;
        }
        String text = open.text();
        if (logged == null && open.frame() < interruptions.voidBefore()) {
            Answer answer = open.answer();
            if (answer != null) {
                answering.cancel(answer, "void before " + interruptions.voidBefore());
            }
            open.reopen();
            return;
        }
        List<Said> before = history.before(open.inHistory());
        history.caller(open.frame(), text, latest, open.inHistory());
        open.writtenDown();
        Answer answer = open.answer();
        if (logged != null) {
            if (answer != null && answer != logged) {
                answering.cancel(answer, "decided before");
            }
            open.answering(logged, text);
            context.note(Happening.TAKEN_OVER, basis.utterance(), logged.id.toString());
            answering.resume(logged, request(before, text));
            if (logged.cancelled() || logged.isVoid(interruptions.voidBefore())) {
                open.decide();
                takeBack(open, logged);
                return;
            }
        } else if (answer != null && open.isAnswered(text)) {
            answering.commit(
                    answer,
                    open.frame(),
                    "same words at the end of the turn: " + basis.index() + "/" + basis.revision());
            context.note(Happening.COMMITTED, basis.utterance(), answer.id.toString());
        } else {
            if (answer != null) {
                answering.cancel(answer, "other words at the end of the turn");
            }
            Answer late = answering.begin(basis, open.basedOn(), request(before, text));
            answering.commit(late, open.frame(), "answered after the end of the turn");
            open.answering(late, text);
            context.note(Happening.ANSWERED_LATE, basis.utterance(), late.id.toString());
        }
        open.decide();
        cancelOrphans(basis.utterance());
    }

    /** What was begun for this utterance before a restart, and not decided. */
    private void cancelOrphans(long utterance) {
        log.select(a -> a.id.kind() == ReplyKind.ANSWER
                        && a.id.utterance() == utterance
                        && !a.committed()
                        && !a.cancelled())
                .forEach(a -> answering.cancel(a, "not what was decided"));
    }

    void enforceVoid() {
        answering.voidBefore(interruptions.voidBefore());
        Turn open = turn;
        Answer answer = open == null ? null : open.answer();
        if (open != null && answer != null && answer.cancelled() && !open.givenUp()) {
            takeBack(open, answer);
        }
    }

    /** The turn's answer was cancelled. Where nothing of it was heard, the words are still to be answered: with those that made it void, or alone. */
    private void takeBack(Turn open, Answer answer) {
        boolean heard = answer.anythingHeard()
                || interruptions.wasHeardWhenVoid(answer)
                || utterances.stream().anyMatch(u -> interruptions.isHeard(answer, u.over()));
        if (heard) {
            return;
        }
        if (answer.isVoid(interruptions.voidBefore())) {
            open.reopen();
        } else {
            open.giveUp();
            prompts.apologise(open.decisionFrame(), "taken over without an answer");
        }
    }

    /** The turn is history. */
    void close() {
        Answer answer = turn == null ? null : turn.answer();
        if (answer != null
                && (!answer.cancelled() || answer.anythingHeard() || interruptions.wasHeardWhenVoid(answer))) {
            expects = answer.expects();
        }
        turn = null;
    }

    private ReplyRequest request(Turn open, String text) {
        return request(history.before(open.inHistory()), text);
    }

    private ReplyRequest request(List<Said> before, String text) {
        return new ReplyRequest(context.callId, context.language(), before, text, expects, "");
    }

    void engineFailed(ReplyId id) {
        if (turn != null && turn.answer() != null && turn.answer().id.equals(id)) {
            if (turn.decided()) {
                turn.giveUp();
                prompts.apologise(turn.decisionFrame(), "engine failed");
            } else {
                turn.reopen();
            }
        }
    }
}
