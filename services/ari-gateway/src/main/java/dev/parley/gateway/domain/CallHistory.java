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
     * @param lastFrame the last that was published; -1 for none that could be found
     * @param tapEpoch the highest; -1 likewise
     */
    record OpenCall(String callId, CallStarted started, long lastFrame, int tapEpoch) {}

    /** Reads it, on a thread of its own. */
    CompletableFuture<List<OpenCall>> openCalls();
}
