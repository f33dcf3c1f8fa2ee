package dev.parley.testkit.caller;

/** A script could not go on; {@link #heard()} is what was on the line until then. */
public final class ScriptFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Heard heard;

    ScriptFailure(String message, Heard heard) {
        super(message);
        this.heard = heard;
    }

    /** What was on the line until then. */
    public Heard heard() {
        return heard;
    }
}
