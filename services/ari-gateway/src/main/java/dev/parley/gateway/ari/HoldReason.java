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

    /** For call.events. */
    String word() {
        return word;
    }
}
