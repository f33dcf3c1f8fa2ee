package dev.parley.ari;

import java.util.Optional;

/** What Asterisk tells over a media websocket of the sound that it was sent, as far as somebody wants to know. */
sealed interface MediaNews {
    /** {@code MEDIA_MARK_PROCESSED <mark>}. */
    record Marked(String mark) implements MediaNews {}

    /** {@code STATUS channel_id:… queue_length:12 … media_paused:true}. */
    record Status(int framesLeft) implements MediaNews {}

    /** Empty for everything else. */
    static Optional<MediaNews> parse(String message) {
        String[] words = message.strip().split("\\s+");
        return switch (words[0]) {
            case "MEDIA_MARK_PROCESSED" -> words.length == 2 ? Optional.of(new Marked(words[1])) : Optional.empty();
            case "STATUS" -> status(words);
            default -> Optional.empty();
        };
    }

    private static Optional<MediaNews> status(String[] words) {
        for (String word : words) {
            if (word.startsWith("queue_length:")) {
                try {
                    return Optional.of(new Status(Integer.parseInt(word.substring("queue_length:".length()))));
                } catch (NumberFormatException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    default void tell(MediaSockets.Listener listener) {
        switch (this) {
            case Marked(String mark) -> listener.marked(mark);
            case Status(int framesLeft) -> listener.status(framesLeft);
        }
    }
}
