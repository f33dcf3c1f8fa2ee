package dev.parley.agent.domain;

/** What can happen in a dialogue that operators count. Drops are among them, each with its own name. */
public enum Happening {
    /** An answer was begun before the turn had ended. */
    PREFETCHED,
    /** The turn ended and the prefetched answer fits. */
    COMMITTED,
    /** The turn ended and nothing prefetched fits: answered from then on. */
    ANSWERED_LATE,
    /** An answer taken over from the log, after a restart. */
    TAKEN_OVER,
    /** A reply was withdrawn. */
    CANCELLED,
    /** Words came that belong to the turn before them. */
    JOINED,
    /** The caller spoke over the bot and only showed that they listen. */
    BACKCHANNEL,
    /** Voice over the bot brought no words. */
    WORDLESS,
    /** Dropped: the recogniser made words of a hum or a cough over the bot, and doubts them. */
    DOUBTFUL,
    /** The caller interrupted the bot. */
    INTERRUPTED,
    /** The caller has pressed keys: an entry. */
    ENTERED,
    /** An utterance without words: no answer. */
    NOTHING_SAID,
    FILLER,
    PROMPTED,
    APOLOGISED,
    HUNG_UP,
    /** The engine failed. */
    ENGINE_FAILED,
    /** Dropped: about an utterance that is done with; read again after a restart, here or elsewhere. */
    DROPPED_DONE_WITH,
    /** Dropped: the same was read before. */
    DROPPED_REPEATED,
    /** Dropped: what an engine said when nobody waited for it any more. */
    DROPPED_UNWANTED_PART,
    /** Dropped: an utterance that never ended before the next began. */
    DROPPED_NEVER_ENDED
}
