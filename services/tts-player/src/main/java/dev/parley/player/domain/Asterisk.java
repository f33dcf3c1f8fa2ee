package dev.parley.player.domain;

/** How Asterisk's answers are to be read (tried on Asterisk 22). */
final class Asterisk {
    private Asterisk() {}

    /** A DELETE after which nothing more is heard: it was deleted, was over, or never began. */
    static boolean isStopped(int status) {
        return status == 200 || status == 204 || status == 404 || status == 409;
    }

    /** There is no such bridge yet, though its gateway is about to make it. */
    static boolean isTooEarly(int status) {
        return status == 425;
    }

    static boolean isAccepted(int status) {
        return status / 100 == 2;
    }
}
