package dev.parley.runtime;

/** Something that a service cannot do without is not there: Kafka, Asterisk, a model, a port. The message tells people what, where, and which setting says so. Exit code 69. */
public final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
        super(message);
    }

    public Unavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
