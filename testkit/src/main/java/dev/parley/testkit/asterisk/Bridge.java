package dev.parley.testkit.asterisk;

import dev.parley.audio.Pcm;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A mixing bridge. Belongs to the clock's thread. */
final class Bridge {
    final String id;
    final Instant created = Instant.now();
    final Set<Channel> members = new LinkedHashSet<>();
    String name;
    /** The application of whoever came in last: it hears of what is played here. */
    @Nullable
    String subscriber;

    /** Plays to all others. */
    @Nullable
    AnnouncerChannel announcer;

    Bridge(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /** What a member hears in this tick: the mix of all others, or null where nobody speaks. */
    short @Nullable [] heardBy(Channel member) {
        short[] mix = null;
        for (Channel other : members) {
            short[] frame = other == member ? null : other.speaks();
            if (frame != null) {
                mix = mix == null ? frame : Pcm.mix(mix, frame);
            }
        }
        return mix;
    }

    JsonObject json() {
        JsonArray channels = new JsonArray();
        members.forEach(member -> channels.add(member.id));
        return new JsonObject()
                .put("id", id)
                .put("technology", members.size() > 2 ? "softmix" : "simple_bridge")
                .put("bridge_type", "mixing")
                .put("bridge_class", "stasis")
                .put("creator", "Stasis")
                .put("name", name)
                .put("channels", channels)
                .put("creationtime", Events.timestamp(created))
                .put("video_mode", "talker");
    }
}
