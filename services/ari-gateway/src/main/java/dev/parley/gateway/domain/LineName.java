package dev.parley.gateway.domain;

import java.util.Optional;

/**
 * What the parts of a transfer are called at Asterisk: the leg to the one who is called, and the bridge in which the two talk. Derived,
 * so that a gateway that takes over finds them.
 *
 * @param channelId the caller's channel
 * @param frame at which the transfer began; a call can be transferred again
 */
public record LineName(String channelId, long frame) {
    private static final String LEG = "parley-line-";
    private static final String BRIDGE = "parley-talk-";

    public String legId() {
        return LEG + frame + "-" + channelId;
    }

    public String bridgeId() {
        return BRIDGE + frame + "-" + channelId;
    }

    /** Whether a channel or bridge of this id belongs to a transfer. */
    public static boolean isOurs(String id) {
        return id.startsWith(LEG) || id.startsWith(BRIDGE);
    }

    /** Reads {@link #legId}; empty for any other channel. */
    public static Optional<LineName> ofLeg(String id) {
        return of(LEG, id);
    }

    /** Reads {@link #bridgeId}; empty for any other bridge. */
    public static Optional<LineName> ofBridge(String id) {
        return of(BRIDGE, id);
    }

    private static Optional<LineName> of(String prefix, String id) {
        int dash = id.indexOf('-', prefix.length());
        if (!id.startsWith(prefix) || dash < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new LineName(id.substring(dash + 1), Long.parseLong(id.substring(prefix.length(), dash))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
