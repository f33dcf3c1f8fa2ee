package dev.parley.testkit.kafka;

/** What a registry answers instead of what it was asked for: Confluent's error code, whose first three digits are the HTTP status. */
final class RegistryRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    RegistryRefusal(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    int errorCode() {
        return errorCode;
    }

    int status() {
        return errorCode < 1000 ? errorCode : errorCode / 100;
    }
}
