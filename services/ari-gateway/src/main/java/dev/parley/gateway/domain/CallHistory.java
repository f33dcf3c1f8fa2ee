package dev.parley.gateway.domain;

import dev.parley.records.CallStarted;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What the topics know of calls whose gateway has died. */
@FunctionalInterface
public interface CallHistory {
    /** For a gateway that has none. */
    CallHistory NONE = () -> CompletableFuture.completedFuture(Past.NOTHING);

    /**
     * All that is known.
     *
     * @param calls that began and, as far as the topics know, go on
     * @param commandsTaken ids of the commands that were taken lately, whatever has become of their calls
     */
    record Past(List<OpenCall> calls, Set<String> commandsTaken) {
        public static final Past NOTHING = new Past(List.of(), Set.of());
    }

    /**
     * A call of this Asterisk that began and, as far as the topics know, goes on.
     *
     * @param nextFrame the first that was not published; -1 where no frame could be found
     * @param tapEpoch the highest of its frames; -1 likewise
     * @param endPublished whether its frames end, and only the event that tells so is missing
     * @param playing playbacks that began and have not finished, with the frame at which each began
     * @param heldFor why the bot is on hold, in the words of call.events; empty when it is not
     * @param lastActiveAt when something happened last that counts as activity, in microseconds since 1970
     */
    record OpenCall(
            String callId,
            CallStarted started,
            long nextFrame,
            int tapEpoch,
            boolean endPublished,
            Map<String, Long> playing,
            Set<String> heldFor,
            long lastActiveAt) {}

    /** Reads it, on a thread of its own. */
    CompletableFuture<Past> read();
}
