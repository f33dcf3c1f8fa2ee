package dev.parley.agent.domain;

import dev.parley.records.Said;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an engine is asked to answer.
 *
 * @param language of the call, a BCP 47 tag
 * @param history what was said and heard before, oldest first
 * @param text what the caller says now
 * @param expects what the last reply asked for, in the words of the engine that made it
 * @param alreadySaid the reply's beginning, which is on its way to the caller already: the engine delivers only what comes after it; mostly empty
 */
public record ReplyRequest(
        String callId,
        String language,
        List<Said> history,
        String text,
        @Nullable String expects,
        String alreadySaid) {
    public ReplyRequest {
        history = List.copyOf(history);
    }
}
