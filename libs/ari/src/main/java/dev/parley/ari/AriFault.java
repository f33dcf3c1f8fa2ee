package dev.parley.ari;

import org.jspecify.annotations.Nullable;

/** A request that could not be carried out, or whose answer is not one of ARI's: something for people to repair, or to wait out. */
public final class AriFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, as far as can be told from here. */
    public enum Kind {
        /** Nobody listens at the address, or the connection broke. The request may or may not have been carried out. */
        UNREACHABLE,
        /** No answer in time. The request may or may not have been carried out. */
        TIMED_OUT,
        /** The user or the password is wrong (401, 403). */
        UNAUTHORISED,
        /** Something answers there, but it is not ARI, or ARI is under another path. */
        NOT_ARI
    }

    private final Kind kind;

    public AriFault(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
