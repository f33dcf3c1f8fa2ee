package dev.parley.chunker.domain;

import dev.parley.records.Heard;
import org.jspecify.annotations.Nullable;

/**
 * What the caller is hearing now: stamped is not heard, so the stamps are shifted by the lag of the line and stretched by the
 * tail of the echo, which also bridges the short pauses between the playbacks of a reply.
 */
final class HeardLine {
    private final int lag;
    private final int tail;
    private long since;

    /** @param since first frame of the stretch that a checkpoint lies in; -1 when the bot was not heard */
    HeardLine(ListeningSettings settings, long since) {
        this.lag = settings.heardLag();
        this.tail = settings.echoTail();
        this.since = since;
    }

    /** What is heard at the newest frame of the line; null: nothing. */
    @Nullable
    Heard at(AudioLine line) {
        long newest = line.last();
        Heard heard = null;
        for (long frame = newest - lag; heard == null && frame >= newest - lag - tail; frame--) {
            CallFrame stamped = line.find(frame);
            heard = stamped == null ? null : stamped.heard();
        }
        since = heard == null ? -1 : since < 0 ? newest : since;
        return heard;
    }

    /** First frame of the stretch in which the bot is heard; -1 when it is not. */
    long since() {
        return since;
    }

    void clear() {
        since = -1;
    }
}
