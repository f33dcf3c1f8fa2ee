package dev.parley.ari;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * A channel, as far as Parley looks at it. What Asterisk leaves out is the empty string.
 *
 * @param id its uniqueid
 * @param name such as {@code PJSIP/alice-00000001}, {@code Snoop/…} or {@code WebSocket/…}
 * @param state {@code Ring}, {@code Up}, …
 * @param callerNumber as presented; empty where withheld
 * @param callerName likewise
 * @param extension the extension dialled
 * @param application the dialplan application it is in, {@code Stasis} for ours
 * @param applicationData its arguments, which begin with the Stasis application's name
 * @param language the channel's, as in the dialplan's {@code CHANNEL(language)}
 * @param variables those that Asterisk sends along, where it does
 */
public record Channel(
        String id,
        String name,
        String state,
        String callerNumber,
        String callerName,
        String extension,
        String application,
        String applicationData,
        String language,
        Map<String, String> variables) {

    static Channel of(JsonNode json) {
        JsonNode caller = json.path("caller");
        JsonNode dialplan = json.path("dialplan");
        Map<String, String> variables = new HashMap<>();
        json.path("channelvars")
                .properties()
                .forEach(v -> variables.put(v.getKey(), v.getValue().asText()));
        return new Channel(
                json.path("id").asText(),
                json.path("name").asText(),
                json.path("state").asText(),
                caller.path("number").asText(),
                caller.path("name").asText(),
                dialplan.path("exten").asText(),
                dialplan.path("app_name").asText(),
                dialplan.path("app_data").asText(),
                json.path("language").asText(),
                Map.copyOf(variables));
    }

    /** Whether the channel is in this Stasis application now. */
    public boolean isIn(String stasisApplication) {
        return application.equals("Stasis")
                && (applicationData.equals(stasisApplication) || applicationData.startsWith(stasisApplication + ","));
    }
}
