package dev.parley.ari;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * A playback.
 *
 * @param id chosen by whoever asked for it
 * @param state where it stands
 * @param mediaUri what is played
 * @param targetUri {@code channel:ID} or {@code bridge:ID}
 */
public record Playback(String id, State state, String mediaUri, String targetUri) {
    /** Stopped, cancelled and completed are all {@code DONE} to Asterisk. */
    public enum State {
        QUEUED,
        PLAYING,
        CONTINUING,
        PAUSED,
        DONE,
        FAILED,
        UNKNOWN;

        static State of(String word) {
            try {
                return valueOf(word.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                return UNKNOWN;
            }
        }
    }

    static Playback of(JsonNode json) {
        return new Playback(
                json.path("id").asText(),
                State.of(json.path("state").asText()),
                json.path("media_uri").asText(),
                json.path("target_uri").asText());
    }

    /** The channel that it plays to; empty when it plays to a bridge. */
    public String channelId() {
        return target("channel:");
    }

    /** The bridge that it plays to; empty when it plays to a channel. */
    public String bridgeId() {
        return target("bridge:");
    }

    private String target(String kind) {
        return targetUri.startsWith(kind) ? targetUri.substring(kind.length()) : "";
    }
}
