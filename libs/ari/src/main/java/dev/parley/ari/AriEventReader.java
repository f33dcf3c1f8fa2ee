package dev.parley.ari;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads events leniently: unknown types and unknown fields are skipped, missing ones are empty; only what is no JSON object is malformed. */
final class AriEventReader {
    /** Asterisk's own have at most 150 characters; those of playbacks hold the id of their channel. */
    private static final int LONGEST_ID = 512;

    private AriEventReader() {}

    /** What a message turned out to be. */
    sealed interface Reading {
        record Known(AriEvent event) implements Reading {}

        /** Of a type that nobody here acts on. */
        record Skipped(String type) implements Reading {}

        record Malformed(String why) implements Reading {}
    }

    static Reading read(String message) {
        JsonNode json;
        try {
            json = AriRest.JSON.readTree(message);
        } catch (JsonProcessingException e) {
            return new Reading.Malformed(e.getOriginalMessage());
        }
        String type = json.path("type").asText();
        if (!json.isObject() || type.isEmpty()) {
            return new Reading.Malformed("not an object with a type");
        }
        return switch (type) {
            case "StasisStart" -> ofChannel(json, new AriEvent.StasisStart(channel(json), words(json.path("args"))));
            case "StasisEnd" -> ofChannel(json, new AriEvent.StasisEnd(channel(json)));
            case "ChannelDestroyed" ->
                ofChannel(
                        json,
                        new AriEvent.ChannelDestroyed(
                                channel(json),
                                json.path("cause").asInt(),
                                json.path("cause_txt").asText()));
            case "Dial" ->
                withId(
                        json,
                        "peer",
                        new AriEvent.Dialled(
                                Channel.of(json.path("peer")),
                                json.path("dialstatus").asText()));
            case "ChannelHangupRequest" -> ofChannel(json, new AriEvent.ChannelHangupRequest(channel(json)));
            case "ChannelDtmfReceived" ->
                ofChannel(
                        json,
                        new AriEvent.DtmfReceived(
                                channel(json),
                                json.path("digit").asText(),
                                Duration.ofMillis(json.path("duration_ms").asLong())));
            case "ChannelHold" -> ofChannel(json, new AriEvent.Held(channel(json)));
            case "ChannelUnhold" -> ofChannel(json, new AriEvent.Unheld(channel(json)));
            case "PlaybackStarted" -> ofPlayback(json, new AriEvent.PlaybackStarted(playback(json)));
            case "PlaybackFinished" -> ofPlayback(json, new AriEvent.PlaybackFinished(playback(json)));
            case "ApplicationReplaced" -> new Reading.Known(new AriEvent.ApplicationReplaced());
            default -> new Reading.Skipped(type);
        };
    }

    private static Reading ofChannel(JsonNode json, AriEvent event) {
        return withId(json, "channel", event);
    }

    private static Reading ofPlayback(JsonNode json, AriEvent event) {
        return withId(json, "playback", event);
    }

    private static Reading withId(JsonNode json, String subject, AriEvent event) {
        String id = json.path(subject).path("id").asText();
        return id.isEmpty() || id.length() > LONGEST_ID
                ? new Reading.Malformed("a " + json.path("type").asText() + " without a usable " + subject + " id")
                : new Reading.Known(event);
    }

    private static Channel channel(JsonNode json) {
        return Channel.of(json.path("channel"));
    }

    private static Playback playback(JsonNode json) {
        return Playback.of(json.path("playback"));
    }

    private static List<String> words(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(one -> all.add(one.asText()));
        return List.copyOf(all);
    }
}
