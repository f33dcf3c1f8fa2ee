package dev.parley.gateway.domain;

import dev.parley.records.CallStarted;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the topics know of calls whose gateway has died. */
@FunctionalInterface
public interface CallHistory {
    /** For a gateway that has none. */
    CallHistory NONE = () -> CompletableFuture.completedFuture(List.of());

    /**
     * A call of this Asterisk that began and, as far as the topics know, goes on.
     *
     * @param nextFrame the first that was not published; -1 where no frame could be found
     * @param tapEpoch the highest of its frames; -1 likewise
     * @param endPublished whether its frames end, and only the event that tells so is missing
     * @param playing playbacks that began and have not finished
     */
    record OpenCall(
            String callId,
            CallStarted started,
            long nextFrame,
            int tapEpoch,
            boolean endPublished,
            List<String> playing) {}

    /** Reads it, on a thread of its own. */
    CompletableFuture<List<OpenCall>> openCalls();
}
