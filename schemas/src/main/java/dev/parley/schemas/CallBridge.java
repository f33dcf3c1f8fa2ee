package dev.parley.schemas;

import java.util.Optional;

/**
 * The bridge in which a caller hears the bot (PLAYBACK_TARGET=bridge). Its id is derived, so that whoever knows the call and what is
 * void in it knows where to play: where an interruption rebuilds the bridge, what was asked of the old one cannot reach the new one.
 *
 * @param channelId the caller's channel
 * @param voidBefore the frame of the interruption that it was built for; 0 for the first one of a call
 */
public record CallBridge(String channelId, long voidBefore) {
    /** Why a playback finished (playback.events): the caller was taken out of the bridge that it was played to. */
    public static final String LEFT = "bridge-left";

    private static final String PREFIX = "parley-call-";

    public String id() {
        return PREFIX + voidBefore + "-" + channelId;
    }

    /** Reads {@link #id}; empty for any other bridge. */
    public static Optional<CallBridge> of(String id) {
        int dash = id.indexOf('-', PREFIX.length());
        if (!id.startsWith(PREFIX) || dash < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new CallBridge(id.substring(dash + 1), Long.parseLong(id.substring(PREFIX.length(), dash))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
