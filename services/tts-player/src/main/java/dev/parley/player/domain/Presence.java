package dev.parley.player.domain;

/** What Asterisk says of a playback when it is asked. */
public enum Presence {
    /** Accepted, not heard yet. */
    QUEUED,
    PLAYING,
    PAUSED,
    /** It never was there, or is over, or was deleted. */
    ABSENT,
    /** Asterisk could not be asked. */
    UNKNOWN
}
