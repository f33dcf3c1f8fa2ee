package dev.parley.ari;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A bridge.
 *
 * @param id its uniqueid
 * @param name given by whoever made it; never changes
 * @param channelIds its members
 */
public record Bridge(String id, String name, List<String> channelIds) {
    static Bridge of(JsonNode json) {
        List<String> members = new ArrayList<>();
        json.path("channels").forEach(member -> members.add(member.asText()));
        return new Bridge(json.path("id").asText(), json.path("name").asText(), List.copyOf(members));
    }
}
