package dev.parley.player.domain;

import java.util.Locale;

/** Why a playback was paused, resumed, stopped or given up; a bounded set, for records, logs and counters. */
public enum Reason {
    BARGE_IN,
    CANCELLED,
    HANG_UP,
    SUSPICION,
    HOLD,
    DISMISSED,
    DEADLINE,
    SYNTHESIS,
    MEDIA,
    REFUSED;

    /** As records and logs write it, such as {@code barge-in}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
