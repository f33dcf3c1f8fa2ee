package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All playbacks that are queued or playing, and the requests about them. Belongs to the clock's thread. */
final class Playbacks {
    /** PlaybackFinished comes 18 ms after the last packet. */
    static final Duration LAST_PACKET_TO_FINISHED = Duration.ofMillis(18);

    private static final int DEFAULT_SKIP_MILLIS = 3_000;

    private record Known(Playback playback, Channel channel) {}

    private final Events events;
    private final List<Known> known = new ArrayList<>();

    Playbacks(Events events) {
        this.events = events;
    }

    List<String> ids() {
        return known.stream().map(one -> one.playback.id).toList();
    }

    /**
     * @param channel plays it
     * @param target as the events name it
     */
    AriReply play(Channel channel, String target, @Nullable String id, AriParameters parameters) {
        List<String> media = parameters.list("media");
        if (media.isEmpty() || media.stream().anyMatch(String::isEmpty)) {
            return AriReply.error(500, "Failed to queue media for playback");
        }
        int offset = parameters.number("offsetms", 0);
        int skip = parameters.number("skipms", DEFAULT_SKIP_MILLIS);
        if (offset < 0 || skip < 0) {
            return AriReply.error(500, "Failed to queue media for playback");
        }
        Playback playback = new Playback(
                id == null ? UUID.randomUUID().toString() : id,
                media,
                target,
                parameters.get("lang", channel.language),
                offset,
                skip == 0 ? DEFAULT_SKIP_MILLIS : skip);
        known.add(new Known(playback, channel));
        AriReply reply = AriReply.created(playback.json());
        channel.commands.play(playback);
        return reply;
    }

    AriReply get(String id) {
        Known found = find(id);
        return found == null ? notFound() : AriReply.ok(found.playback.json());
    }

    AriReply stop(String id) {
        Known found = find(id);
        if (found == null) {
            return notFound();
        }
        Playback playback = found.playback;
        return switch (playback.state) {
            case QUEUED -> {
                playback.state = Playback.State.CANCELLED;
                yield AriReply.noContent();
            }
            case PLAYING, PAUSED, CONTINUING -> {
                if (!playback.controllable) {
                    yield AriReply.error(500, "Could not stop playback");
                }
                boolean loading = playback.isLoading();
                playback.state = Playback.State.STOPPED;
                if (!loading) {
                    found.channel.commands.stopped(playback);
                }
                yield AriReply.noContent();
            }
            case STOPPED, COMPLETE, CANCELLED, FAILED -> AriReply.noContent();
        };
    }

    AriReply control(String id, @Nullable String operation) {
        Known found = find(id);
        if (operation == null
                || !List.of("restart", "pause", "unpause", "reverse", "forward").contains(operation)) {
            return found == null ? notFound() : AriReply.error(400, "Invalid operation");
        }
        if (found == null) {
            return notFound();
        }
        Playback playback = found.playback;
        return switch (playback.state) {
            case PLAYING -> playing(found, operation);
            case PAUSED ->
                switch (operation) {
                    case "pause" -> AriReply.noContent();
                    case "unpause" -> {
                        playback.unpause();
                        publishStarted(found.channel, playback);
                        yield AriReply.noContent();
                    }
                    default -> invalidState();
                };
            case QUEUED -> operation.equals("restart") ? AriReply.noContent() : invalidState();
            default -> invalidState();
        };
    }

    private AriReply playing(Known found, String operation) {
        Playback playback = found.playback;
        if (operation.equals("unpause")) {
            return AriReply.noContent();
        }
        if (!playback.controllable) {
            return AriReply.error(500, "Could not " + operation + " playback");
        }
        switch (operation) {
            case "pause" -> playback.state = Playback.State.PAUSED;
            case "restart" -> playback.restart();
            // Back by one frame less than was asked for.
            case "reverse" -> playback.skip(-(playback.skipMillis - 20));
            default -> playback.skip(playback.skipMillis);
        }
        return AriReply.noContent();
    }

    void forget(Playback playback) {
        known.removeIf(one -> one.playback == playback);
    }

    void publishStarted(Channel channel, Playback playback) {
        publish(channel, "PlaybackStarted", playback);
    }

    void publishContinuing(Channel channel, Playback playback) {
        publish(channel, "PlaybackContinuing", playback);
    }

    void publishFinished(Channel channel, Playback playback) {
        publish(channel, "PlaybackFinished", playback);
    }

    private void publish(Channel channel, String type, Playback playback) {
        events.publish(channel, type, new JsonObject().put("playback", playback.json()));
    }

    /** Of two with one id only the first can be reached. */
    private @Nullable Known find(String id) {
        return known.stream()
                .filter(one -> one.playback.id.equals(id))
                .findFirst()
                .orElse(null);
    }

    private static AriReply notFound() {
        return AriReply.error(404, "Playback not found");
    }

    private static AriReply invalidState() {
        return AriReply.error(409, "Operation not allowed in the playback's current state");
    }
}
