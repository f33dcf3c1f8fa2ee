package dev.parley.testkit.asterisk;

import java.time.Instant;
import java.util.Map;

/**
 * A REST request that the simulated Asterisk has answered.
 *
 * @param at when it came in
 * @param method GET, POST, PUT or DELETE
 * @param path below {@code /ari}, decoded, such as {@code /channels/1732.1/play/p1}
 * @param parameters of the query and of the JSON body, the body's as text
 * @param status the HTTP status that was answered
 */
public record AriRequest(Instant at, String method, String path, Map<String, String> parameters, int status) {
    /** Method and path in one, such as {@code POST /bridges}. */
    public String line() {
        return method + " " + path;
    }
}
