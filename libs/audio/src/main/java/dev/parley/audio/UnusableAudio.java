package dev.parley.audio;

/**
 * A recording that cannot be read. The message is for the person who named the file: which file, what it is, and what
 * to do about it.
 */
public final class UnusableAudio extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableAudio(String file, String what, String advice) {
        super(file + ": " + what + ". " + advice);
    }
}
