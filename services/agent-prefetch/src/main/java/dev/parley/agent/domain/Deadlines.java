package dev.parley.agent.domain;

import dev.parley.records.SpeechEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the passing of time brings about: fillers, apologies, and the end of a turn that was expected to go on. */
final class Deadlines {
    /** So long a turn that was expected to go on is left open without any voice. */
    static final Duration GO_ON_PATIENCE = Duration.ofSeconds(2);

    private final Context context;
    private final Answering answering;
    private final Interruptions interruptions;
    private final Prompts prompts;
    private final Floor floor;

    Deadlines(Context context, Answering answering, Interruptions interruptions, Prompts prompts, Floor floor) {
        this.context = context;
        this.answering = answering;
        this.interruptions = interruptions;
        this.prompts = prompts;
        this.floor = floor;
    }

    /**
     * Time has passed.
     *
     * @param waiting the oldest utterance that is not done with
     * @return whether it is to be waited for no more
     */
    boolean look(@Nullable Utterance waiting) {
        Turn turn = floor.turn();
        if (waiting != null && waiting.end != null) {
            return forTranscripts(waiting, waiting.end);
        }
        if (turn != null && turn.decided()) {
            forAnswer(turn);
        } else if (turn != null && waiting == null && turn.basis() != null) {
            toGoOn(turn);
        }
        return false;
    }

    /** An utterance is over, and its text is not there yet. */
    private boolean forTranscripts(Utterance utterance, SpeechEvent end) {
        boolean meant = !end.getBrief() || Words.any(utterance.text.anyWords());
        if (context.passed(utterance.endSeenAt, context.policy.replyDeadline())) {
            Turn turn = floor.turn();
            if (turn != null && !turn.decided()) {
                Answer answer = turn.answer();
                if (answer != null) {
                    answering.cancel(answer, "no transcript");
                }
                turn.giveUp();
            }
            if (meant) {
                prompts.apologise(end.getFrame(), "no transcript");
            }
            return true;
        }
        if (meant && end.getLastVoicedFrame() >= interruptions.voidBefore()) {
            fill(
                    utterance.endSeenAt,
                    utterance.first,
                    value(end.getIndex()),
                    value(end.getRevision()),
                    end.getLastVoicedFrame());
        }
        return false;
    }

    private void forAnswer(Turn decided) {
        Answer answer = decided.answer();
        if (answer == null
                || answer.cancelled()
                || answer.ended()
                || !answer.chunks().isEmpty()) {
            return;
        }
        if (context.passed(decided.decidedAt(), context.policy.replyDeadline())) {
            answering.cancel(answer, "reply deadline");
            decided.giveUp();
            prompts.apologise(decided.decisionFrame(), "reply deadline");
        } else {
            fill(decided.decidedAt(), answer.id.utterance(), answer.id.index(), answer.id.revision(), decided.frame());
        }
    }

    private void fill(long since, long utterance, int index, int revision, long turnFrame) {
        Duration delay = context.policy.fillerDelay();
        if (!delay.isZero() && context.passed(since, delay)) {
            prompts.fill(utterance, index, revision, turnFrame);
        }
    }

    /** The turn was expected to go on, and does not. */
    private void toGoOn(Turn open) {
        if (context.passed(open.decidedAt(), GO_ON_PATIENCE)) {
            open.ended(Math.max(open.frame(), interruptions.voidBefore()), open.decisionFrame(), context.nowMicros());
            floor.decide(open, null, "");
        }
    }

    private static int value(@Nullable Integer number) {
        return number == null ? 0 : number;
    }
}
