package dev.parley.agent.domain;

import org.jspecify.annotations.Nullable;

/** Since when nobody has said anything that could be heard; when it lasts, the caller is asked whether they are there. */
final class Silence {
    private final Context context;
    private final ReplyLog log;
    private final Answering answering;
    private final Interruptions interruptions;
    private final Prompts prompts;
    private final Settling settling;
    /** Frame and instant of the last thing that was said or heard; 0: nothing yet. */
    private long sinceFrame;

    private long since;
    /** So far the caller has been listened to; while no chunker is there, silence is not known to be silence. */
    private long listenedThrough;

    Silence(
            Context context,
            ReplyLog log,
            Answering answering,
            Interruptions interruptions,
            Prompts prompts,
            Settling settling) {
        this.context = context;
        this.log = log;
        this.answering = answering;
        this.interruptions = interruptions;
        this.prompts = prompts;
        this.settling = settling;
    }

    /** Something was said or heard until this frame and instant. */
    void until(long frame, long at) {
        sinceFrame = Math.max(sinceFrame, frame);
        since = Math.max(since, at);
    }

    /** The caller has been listened to through this frame. */
    void listenedThrough(long frame) {
        listenedThrough = Math.max(listenedThrough, frame);
    }

    /** Goes on from a snapshot. */
    void restore(long frame, long at) {
        sinceFrame = frame;
        since = at;
    }

    long sinceFrame() {
        return sinceFrame;
    }

    /** In microseconds since 1970. */
    long since() {
        return since;
    }

    /**
     * Asks whether the caller is there, where that is due.
     *
     * @param turn the one that is open or was decided last
     * @return whether it was asked
     */
    boolean look(@Nullable Turn turn) {
        boolean answerDue = turn != null && (!turn.decided() || isDue(turn.answer()));
        if (answerDue
                || !answering.idle()
                || prompts.quietFromNowOn()
                || !context.passed(since, context.policy.noInput())
                || listenedThrough < sinceFrame + context.policy.noInputFrames()
                || log.sounding(interruptions.voidBefore()).stream().anyMatch(a -> !settling.unheard(a))) {
            return false;
        }
        prompts.askAgain(sinceFrame + context.policy.noInputFrames());
        return true;
    }

    private static boolean isDue(@Nullable Answer answer) {
        return answer != null && !answer.cancelled() && !answer.ended();
    }
}
