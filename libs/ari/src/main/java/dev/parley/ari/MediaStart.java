package dev.parley.ari;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The first message on a media websocket: {@code MEDIA_START connection_id:… channel:… format:slin optimal_frame_size:320 ptime:20}.
 *
 * @param frameBytes of each binary message
 * @param frameMillis of sound that it holds
 */
public record MediaStart(String connectionId, String channel, String format, int frameBytes, int frameMillis) {
    private static final String COMMAND = "MEDIA_START";

    static Optional<MediaStart> parse(String message) {
        String[] words = message.strip().split("\\s+");
        if (!words[0].equals(COMMAND)) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (String word : words) {
            int colon = word.indexOf(':');
            if (colon > 0) {
                fields.put(word.substring(0, colon), word.substring(colon + 1));
            }
        }
        return Optional.of(new MediaStart(
                fields.getOrDefault("connection_id", ""),
                fields.getOrDefault("channel", ""),
                fields.getOrDefault("format", ""),
                number(fields.get("optimal_frame_size")),
                number(fields.get("ptime"))));
    }

    private static int number(@org.jspecify.annotations.Nullable String digits) {
        try {
            return digits == null ? 0 : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
