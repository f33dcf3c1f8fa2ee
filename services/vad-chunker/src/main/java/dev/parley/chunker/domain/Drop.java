package dev.parley.chunker.domain;

/** Why a record of audio.frames was not listened to; the `reason` of the drop counter. */
public enum Drop {
    /** Its frames were listened to already, or have been given up as a gap. */
    LATE,
    /** A newer tap of the call has taken over. */
    OLDER_TAP,
    /** The call is over. */
    AFTER_END,
    /** Not 160 samples, or a range that ends before it begins. */
    MALFORMED,
    /** Of a kind that this version does not know. */
    UNKNOWN_KIND
}
