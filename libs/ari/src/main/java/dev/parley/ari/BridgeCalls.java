package dev.parley.ari;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests about bridges. */
public final class BridgeCalls {
    private final AriRest rest;

    BridgeCalls(AriRest rest) {
        this.rest = rest;
    }

    /** {@code GET /bridges}: all of this Asterisk's, ours or not. */
    public Future<Outcome<List<Bridge>>> list() {
        return rest.send(HttpMethod.GET, "/bridges", Map.of(), null, json -> {
            List<Bridge> all = new ArrayList<>();
            json.forEach(one -> all.add(Bridge.of(one)));
            return List.copyOf(all);
        });
    }

    /** {@code POST /bridges/{id}?type=mixing&name=…}. The name stays with the bridge: a place to keep what a restart needs. */
    public Future<Outcome<Bridge>> createMixing(String bridgeId, String name) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("type", "mixing");
        query.put("name", name);
        return rest.send(HttpMethod.POST, resource(bridgeId), query, null, Bridge::of);
    }

    /** {@link Outcome.Conflict} when one of the channels is not (yet) in Stasis. */
    public Future<Outcome<Outcome.Nothing>> addChannels(String bridgeId, List<String> channelIds) {
        return rest.send(
                HttpMethod.POST,
                resource(bridgeId) + "/addChannel",
                Map.of("channel", String.join(",", channelIds)),
                null);
    }

    /** {@link Outcome.Conflict} where the channel is not in it. */
    public Future<Outcome<Outcome.Nothing>> removeChannel(String bridgeId, String channelId) {
        return rest.send(HttpMethod.POST, resource(bridgeId) + "/removeChannel", Map.of("channel", channelId), null);
    }

    /** {@code POST /bridges/{id}/play/{playbackId}}: queues media behind whatever plays to all who are in it; see {@link PlaybackCalls}. */
    public Future<Outcome<Playback>> play(String bridgeId, String playbackId, List<String> media) {
        return rest.send(
                HttpMethod.POST,
                resource(bridgeId) + "/play/" + AriServer.encode(playbackId),
                Map.of(),
                Map.of("media", media),
                Playback::of);
    }

    /** What plays to it ends, as failed; whether Asterisk tells so is a race. */
    public Future<Outcome<Outcome.Nothing>> destroy(String bridgeId) {
        return rest.send(HttpMethod.DELETE, resource(bridgeId), Map.of(), null);
    }

    private static String resource(String bridgeId) {
        return "/bridges/" + AriServer.encode(bridgeId);
    }
}
