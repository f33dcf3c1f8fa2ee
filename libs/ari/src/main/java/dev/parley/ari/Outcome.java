package dev.parley.ari;

import java.util.Optional;

/**
 * What Asterisk answered to a request that it understood.
 *
 * @param <T> what it gives when it did what was asked; {@link Nothing} where it gives nothing
 */
public sealed interface Outcome<T> {
    /** The HTTP status of the answer. */
    int status();

    /** It was done (2xx). Requests without a result carry {@link Nothing}. */
    record Done<T>(int status, T value) implements Outcome<T> {}

    /** The channel, bridge or playback is not there, or not any more (404). */
    record NotFound<T>(int status, String message) implements Outcome<T> {}

    /** It is there, but not in a state to do this now (409; 412 where a channel is gone half-way; 422 a channel that is not in Stasis). */
    record Conflict<T>(int status, String message) implements Outcome<T> {}

    /** Asterisk will not do it: a bad request, or a failure of its own (any other status). */
    record Refused<T>(int status, String message) implements Outcome<T> {}

    /** The result of a request that has none. */
    enum Nothing {
        NOTHING
    }

    default boolean done() {
        return this instanceof Done;
    }

    /** Done, or there was nothing (any more) to do it to: what a clean-up wants to know. */
    default boolean doneOrGone() {
        return this instanceof Done || this instanceof NotFound;
    }

    default Optional<T> result() {
        return this instanceof Done<T>(int _, T value) ? Optional.of(value) : Optional.empty();
    }
}
