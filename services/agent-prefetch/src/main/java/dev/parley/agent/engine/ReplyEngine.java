package dev.parley.agent.engine;

import dev.parley.agent.domain.ReplyPart;
import dev.parley.agent.domain.ReplyRequest;
import java.util.function.Consumer;

/** Makes answers. Any thread may ask; many requests may be under way at once. */
public interface ReplyEngine extends AutoCloseable {
    /** A request under way. */
    interface Asked {
        /** Nothing more is wanted. From any thread, at any time, more than once; parts that are on their way may still come. */
        void cancel();
    }

    /** As in AGENT_ENGINE. */
    String name();

    /**
     * Asks for an answer and returns at once. The parts come one after the other, on threads of the engine: texts, and then exactly one end or failure, unless it was
     * cancelled.
     */
    Asked ask(ReplyRequest request, Consumer<ReplyPart> parts);

    @Override
    void close();
}
