package dev.parley.testkit.asterisk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a REST request is answered with: a status and, unless it is 204, JSON; status 0 is no answer. */
record AriReply(int status, @Nullable String body) {
    static AriReply ok(JsonObject body) {
        return new AriReply(200, body.encode());
    }

    static AriReply ok(JsonArray body) {
        return new AriReply(200, body.encode());
    }

    static AriReply created(JsonObject body) {
        return new AriReply(201, body.encode());
    }

    static AriReply noContent() {
        return new AriReply(204, null);
    }

    /** No answer at all: whoever was to give it is gone. */
    static AriReply none() {
        return new AriReply(0, null);
    }

    /** An error as Asterisk words it: {@code {"message": …}}. */
    static AriReply error(int status, String message) {
        return new AriReply(status, new JsonObject().put("message", message).encode());
    }
}
