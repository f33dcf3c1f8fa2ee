package dev.parley.ari;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;

/**
 * Requests about playbacks. Asterisk keeps no list of them, takes the same id twice (and plays twice), and forgets one as soon as it
 * has ended: {@link Outcome.NotFound} then.
 */
public final class PlaybackCalls {
    private final AriRest rest;

    PlaybackCalls(AriRest rest) {
        this.rest = rest;
    }

    /**
     * {@code POST /channels/{channelId}/play/{playbackId}}: queues media behind whatever plays to the channel.
     *
     * @param media such as {@code sound:http://…/x.wav}; sent as a JSON array, since a URL may hold commas
     */
    public Future<Outcome<Playback>> play(String channelId, String playbackId, List<String> media) {
        return rest.send(
                HttpMethod.POST,
                "/channels/" + AriServer.encode(channelId) + "/play/" + AriServer.encode(playbackId),
                Map.of(),
                Map.of("media", media),
                Playback::of);
    }

    /** {@code GET /playbacks/{id}}. A queued one that was deleted is {@code DONE} until its turn would have come. */
    public Future<Outcome<Playback>> get(String playbackId) {
        return rest.send(HttpMethod.GET, resource(playbackId), Map.of(), null, Playback::of);
    }

    /** {@code DELETE /playbacks/{id}}: nothing of it reaches the caller after the answer; the next queued one starts. */
    public Future<Outcome<Outcome.Nothing>> stop(String playbackId) {
        return rest.send(HttpMethod.DELETE, resource(playbackId), Map.of(), null);
    }

    /** Silent within a frame; {@link Outcome.Conflict} while it is queued. Twice does no harm. */
    public Future<Outcome<Outcome.Nothing>> pause(String playbackId) {
        return control(playbackId, "pause");
    }

    /** Goes on from where it stood, after one stray frame of the media's beginning; Asterisk says PlaybackStarted once more. */
    public Future<Outcome<Outcome.Nothing>> unpause(String playbackId) {
        return control(playbackId, "unpause");
    }

    private Future<Outcome<Outcome.Nothing>> control(String playbackId, String operation) {
        return rest.send(HttpMethod.POST, resource(playbackId) + "/control", Map.of("operation", operation), null);
    }

    private static String resource(String playbackId) {
        return "/playbacks/" + AriServer.encode(playbackId);
    }
}
