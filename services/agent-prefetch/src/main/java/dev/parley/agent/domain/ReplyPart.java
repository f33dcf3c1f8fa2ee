package dev.parley.agent.domain;

import org.jspecify.annotations.Nullable;

/** What an engine delivers, in this order: any number of texts, then one end or one failure. */
public sealed interface ReplyPart {
    /**
     * More of the reply's text, in whatever pieces it comes.
     *
     * @param interruptible false for what must be heard to its end
     */
    record Text(String text, boolean interruptible) implements ReplyPart {}

    /**
     * The reply is whole.
     *
     * @param hangUp the call ends once it was heard
     * @param expects what it asked for, see {@link ReplyRequest#expects}
     */
    record Done(boolean hangUp, @Nullable String expects) implements ReplyPart {}

    /** Nothing more will come. */
    record Failed(String reason) implements ReplyPart {}
}
