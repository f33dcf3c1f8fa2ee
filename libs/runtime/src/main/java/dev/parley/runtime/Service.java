package dev.parley.runtime;

import java.util.Optional;

/**
 * A running part of Parley. {@link ServiceMain} runs one in a process of its own; the all-in-one runs all of them in one.
 *
 * <p>{@link #live} and {@link #notReadyBecause} are called from other threads, often, and must not block.
 */
public interface Service extends AutoCloseable {
    /**
     * Begins to work and returns; called once.
     *
     * @throws Unavailable when something that it cannot do without is not there
     */
    void start();

    /** Whether it still makes progress. A service that does not is ended, so that it is started anew. */
    boolean live();

    /** Why it cannot take work now, in a few words for people; empty when it can. */
    Optional<String> notReadyBecause();

    /** No new work; finishes what it has begun, for a bounded time; hands over what it owns. Does nothing when it is closed already. */
    @Override
    void close();
}
