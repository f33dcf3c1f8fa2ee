package dev.parley.agent.domain;

import java.time.Duration;
import java.util.function.Function;

/**
 * How the agent behaves.
 *
 * @param debounce words so soon after the decision that ended a turn continue it
 * @param prefetchMinChars characters of text that are enough to begin an answer while the caller still speaks
 * @param speculationBudget answers begun in a turn before its end, at most
 * @param fillerDelay nothing to say so long after the end: a filler; zero: none
 * @param replyDeadline nothing to say so long after the end: an apology
 * @param noInput nothing from the caller for so long: a prompt
 * @param bargeIn whether the caller can interrupt
 * @param digitsInterrupt whether a key stops the bot
 * @param digitTimeout digits so close to each other are one entry
 * @param phrases what the bot says by itself, by language tag
 */
public record AgentPolicy(
        Duration debounce,
        int prefetchMinChars,
        int speculationBudget,
        Duration fillerDelay,
        Duration replyDeadline,
        Duration noInput,
        boolean bargeIn,
        boolean digitsInterrupt,
        Duration digitTimeout,
        String defaultLanguage,
        Function<String, Phrases> phrases,
        Backchannels backchannels,
        EndOfTurnPolicy endOfTurn) {
    /** Length of a frame: all positions are counted in these. */
    static final long FRAME_MILLIS = 20;

    long debounceFrames() {
        return debounce.toMillis() / FRAME_MILLIS;
    }

    long noInputFrames() {
        return noInput.toMillis() / FRAME_MILLIS;
    }
}
