package dev.parley.ari;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests about channels. */
public final class ChannelCalls {
    private final AriRest rest;

    ChannelCalls(AriRest rest) {
        this.rest = rest;
    }

    /** {@code GET /channels}: all of this Asterisk's, ours or not. */
    public Future<Outcome<List<Channel>>> list() {
        return rest.send(HttpMethod.GET, "/channels", Map.of(), null, ChannelCalls::channels);
    }

    private static List<Channel> channels(JsonNode json) {
        List<Channel> all = new ArrayList<>();
        json.forEach(one -> all.add(Channel.of(one)));
        return List.copyOf(all);
    }

    public Future<Outcome<Channel>> get(String channelId) {
        return rest.send(HttpMethod.GET, resource(channelId), Map.of(), null, Channel::of);
    }

    public Future<Outcome<Outcome.Nothing>> answer(String channelId) {
        return rest.send(HttpMethod.POST, resource(channelId) + "/answer", Map.of(), null);
    }

    /** {@code DELETE /channels/{id}}: hangs up. */
    public Future<Outcome<Outcome.Nothing>> hangUp(String channelId) {
        return rest.send(HttpMethod.DELETE, resource(channelId), Map.of(), null);
    }

    /** {@code DELETE /channels/{id}?reason=busy}: before it is answered, the caller hears that the line is engaged. */
    public Future<Outcome<Outcome.Nothing>> refuseAsBusy(String channelId) {
        return rest.send(HttpMethod.DELETE, resource(channelId), Map.of("reason", "busy"), null);
    }

    /**
     * {@code POST /channels/{channelId}?endpoint=…&app=…}: calls out. Done as soon as it has begun: StasisStart tells that it was answered,
     * ChannelDestroyed with its cause that it was not. {@link Outcome.Refused} where nothing can be called at that endpoint,
     * {@link Outcome.Conflict} where there is a channel of that id.
     *
     * @param endpoint such as {@code PJSIP/alice}
     * @param arguments of its StasisStart
     * @param callerId what the one who is called sees
     * @param patience so long it rings
     */
    public Future<Outcome<Channel>> originate(
            String channelId,
            String endpoint,
            String application,
            String arguments,
            String callerId,
            Duration patience) {
        Map<String, String> query = ordered("endpoint", endpoint, "app", application, "appArgs", arguments);
        if (!callerId.isEmpty()) {
            query.put("callerId", callerId);
        }
        query.put("timeout", Long.toString(patience.toSeconds()));
        return rest.send(HttpMethod.POST, resource(channelId), query, null, Channel::of);
    }

    /** Lets the caller hear a ringing tone until {@link #stopRinging}. */
    public Future<Outcome<Outcome.Nothing>> ring(String channelId) {
        return rest.send(HttpMethod.POST, resource(channelId) + "/ring", Map.of(), null);
    }

    public Future<Outcome<Outcome.Nothing>> stopRinging(String channelId) {
        return rest.send(HttpMethod.DELETE, resource(channelId) + "/ring", Map.of(), null);
    }

    /** Presses keys towards the caller's phone. Asterisk takes any text and passes over what is no key. */
    public Future<Outcome<Outcome.Nothing>> sendDigits(String channelId, String digits) {
        return rest.send(HttpMethod.POST, resource(channelId) + "/dtmf", Map.of("dtmf", digits), null);
    }

    /**
     * {@code POST /channels/{id}/snoop/{snoopId}?spy=in}: a channel that carries what the caller says, and nothing that is played to it.
     *
     * @param snoopId refused (500) while a channel of that id lives
     */
    public Future<Outcome<Channel>> snoopOnCaller(String channelId, String snoopId, String application) {
        return snoop("in", channelId, snoopId, application);
    }

    /** As {@link #snoopOnCaller} with {@code spy=out}: a channel that carries what the caller is sent, and silence while nothing is. */
    public Future<Outcome<Channel>> snoopOnBot(String channelId, String snoopId, String application) {
        return snoop("out", channelId, snoopId, application);
    }

    private Future<Outcome<Channel>> snoop(String spy, String channelId, String snoopId, String application) {
        return rest.send(
                HttpMethod.POST,
                resource(channelId) + "/snoop/" + AriServer.encode(snoopId),
                ordered("spy", spy, "app", application),
                null,
                Channel::of);
    }

    /**
     * {@code POST /channels/externalMedia}: a channel that waits for a media websocket of ours, raw 8 kHz samples ({@code slin}).
     *
     * @param channelId must never have been used: Asterisk 22.10 crashes on a duplicate
     */
    public Future<Outcome<MediaLeg>> externalMedia(String channelId, String application) {
        Map<String, String> query = ordered(
                "app", application, "channelId", channelId, "external_host", "INCOMING", "transport", "websocket");
        query.put("encapsulation", "none");
        query.put("connection_type", "server");
        query.put("format", "slin");
        return rest.send(
                HttpMethod.POST,
                "/channels/externalMedia",
                query,
                null,
                json -> new MediaLeg(
                        Channel.of(json),
                        json.path("channelvars")
                                .path("MEDIA_WEBSOCKET_CONNECTION_ID")
                                .asText()));
    }

    /**
     * An external-media channel.
     *
     * @param connectionId names its media websocket; works once
     */
    public record MediaLeg(Channel channel, String connectionId) {}

    private static String resource(String channelId) {
        return "/channels/" + AriServer.encode(channelId);
    }

    private static Map<String, String> ordered(String... namesAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
