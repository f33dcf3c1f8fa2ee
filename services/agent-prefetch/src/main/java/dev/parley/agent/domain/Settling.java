package dev.parley.agent.domain;

import java.time.Duration;

/** When nothing more is to be heard of an answer, so that it is history. */
final class Settling {
    /** So long after a reply was cut short, what was heard of it is still waited for. */
    static final Duration HEARD_PATIENCE = Duration.ofSeconds(2);
    /** A reply that nobody reports as heard is given up after this, and {@link #SPEECH_PER_CHAR} for each character of it. */
    static final Duration UNHEARD_PATIENCE = Duration.ofSeconds(30);

    static final Duration SPEECH_PER_CHAR = Duration.ofMillis(100);

    private final Context context;
    private final Interruptions interruptions;

    Settling(Context context, Interruptions interruptions) {
        this.context = context;
        this.interruptions = interruptions;
    }

    /** Heard out, cut short some time ago, or given up. */
    boolean settled(Answer answer) {
        return answer.heardOut()
                || ((answer.cancelled() || answer.isVoid(interruptions.voidBefore()))
                        && context.passed(answer.newestAt(), HEARD_PATIENCE))
                || (answer.ended() && unheard(answer));
    }

    /** Nobody has reported it as heard, and nobody will. */
    boolean unheard(Answer answer) {
        return context.passed(
                answer.newestAt(),
                UNHEARD_PATIENCE.plus(SPEECH_PER_CHAR.multipliedBy(answer.text().length())));
    }
}
