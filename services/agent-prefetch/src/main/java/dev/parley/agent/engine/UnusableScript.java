package dev.parley.agent.engine;

/** A script that cannot be used; the message names the file, the line and what is wrong there. */
public final class UnusableScript extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableScript(String file, int line, String problem) {
        super(file + (line > 0 ? ":" + line : "") + ": " + problem);
    }
}
