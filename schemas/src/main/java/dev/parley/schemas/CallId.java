package dev.parley.schemas;

/**
 * A call's id: the name of the Asterisk that carries it and the channel's id there, written {@code <asterisk>~<channelId>}.
 *
 * @param asterisk name of the Asterisk, without {@code ~}
 * @param channelId the channel's id on that Asterisk
 */
public record CallId(String asterisk, String channelId) {
    public CallId {
        if (asterisk.isEmpty() || asterisk.indexOf('~') >= 0) {
            throw new IllegalArgumentException("An Asterisk's name must not be empty nor hold '~': '" + asterisk + "'");
        }
        if (channelId.isEmpty()) {
            throw new IllegalArgumentException("A channel id must not be empty (Asterisk '" + asterisk + "')");
        }
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException where it is no call id
     */
    public static CallId parse(String text) {
        int tilde = text.indexOf('~');
        if (tilde < 0) {
            throw new IllegalArgumentException("Not a call id, '<asterisk>~<channel id>' was expected: '" + text + "'");
        }
        return new CallId(text.substring(0, tilde), text.substring(tilde + 1));
    }

    @Override
    public String toString() {
        return asterisk + "~" + channelId;
    }
}
