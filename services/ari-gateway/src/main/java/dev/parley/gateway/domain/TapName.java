package dev.parley.gateway.domain;

import java.util.Optional;
import java.util.UUID;

/**
 * What the parts of a tap are called at Asterisk. The names are derived, so that they can be found again after a restart, and the
 * bridge's name carries what a restart needs: epoch and instant of frame 0. A bridge outlives the gateway, and naming it blocks
 * nothing, where a variable of a channel that plays would.
 *
 * @param channelId the caller's channel
 * @param epoch counts the taps of this call
 * @param frameZeroAt the call's, in microseconds since 1970
 * @param ofBot whether it carries what the caller is sent, and not what the caller says
 */
public record TapName(String channelId, int epoch, long frameZeroAt, boolean ofBot) {
    private static final String SNOOP = "parley-snoop-";
    private static final String MEDIA = "parley-media-";
    private static final String BRIDGE = "parley-tap-";

    /** Of one that carries what the caller says. */
    public TapName(String channelId, int epoch, long frameZeroAt) {
        this(channelId, epoch, frameZeroAt, false);
    }

    public static TapName ofBot(String channelId, int epoch, long frameZeroAt) {
        return new TapName(channelId, epoch, frameZeroAt, true);
    }

    public String snoopId() {
        return SNOOP + side() + epoch + "-" + channelId;
    }

    public String bridgeId() {
        return BRIDGE + side() + epoch + "-" + channelId;
    }

    public String bridgeName() {
        return (ofBot ? "parley-bot " : "parley ") + epoch + " " + frameZeroAt + " " + channelId;
    }

    private String side() {
        return ofBot ? "bot-" : "";
    }

    /** Fresh each time: Asterisk crashes when the id of an external-media channel comes twice. */
    public static String newMediaId() {
        return MEDIA + UUID.randomUUID();
    }

    /** Whether a channel or bridge of this id is part of a tap. */
    public static boolean isOurs(String id) {
        return id.startsWith(SNOOP) || id.startsWith(MEDIA) || id.startsWith(BRIDGE);
    }

    /** Reads {@link #bridgeName}; empty for other people's bridges, and for those that carry the bot. */
    public static Optional<TapName> ofBridge(String id, String name) {
        String[] words = name.split(" ", 4);
        if (!id.startsWith(BRIDGE) || words.length != 4 || !words[0].equals("parley")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TapName(words[3], Integer.parseInt(words[1]), Long.parseLong(words[2])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
