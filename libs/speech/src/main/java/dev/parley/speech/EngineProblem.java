package dev.parley.speech;

import org.jspecify.annotations.Nullable;

/** A speech engine that could not be started, or failed at its work. The message says what to do where that is known. */
public final class EngineProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    EngineProblem(String message) {
        this(message, null);
    }

    EngineProblem(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
