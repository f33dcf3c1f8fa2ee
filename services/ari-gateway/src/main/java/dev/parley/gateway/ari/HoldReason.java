package dev.parley.gateway.ari;

/** Why the bot is on hold. */
enum HoldReason {
    /** The caller's phone says so. */
    PHONE("phone"),
    /** The caller is being, or was, connected with somebody else. */
    TRANSFER("transfer");

    private final String word;

    HoldReason(String word) {
        this.word = word;
    }

    /** Reads {@link #word}; what is none is the phone's. */
    static HoldReason of(String word) {
        return word.equals(TRANSFER.word) ? TRANSFER : PHONE;
    }

    /** For call.events. */
    String word() {
        return word;
    }
}
