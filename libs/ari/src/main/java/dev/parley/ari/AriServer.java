package dev.parley.ari;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where an Asterisk's REST interface is, and who asks.
 *
 * @param url for example {@code http://127.0.0.1:8088/ari}; a trailing slash makes no difference
 * @param user of ari.conf
 * @param password of that user; never printed
 * @param application the Stasis application whose channels are ours
 */
public record AriServer(URI url, String user, String password, String application) {
    public AriServer {
        String scheme = url.getScheme();
        if (url.getHost() == null || scheme == null || !scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "'" + url + "' is not the address of an ARI; it looks like http://127.0.0.1:8088/ari");
        }
        String path = url.getPath() == null ? "" : url.getPath().replaceAll("/+$", "");
        url = URI.create(scheme + "://" + url.getRawAuthority() + path);
    }

    String host() {
        return url.getHost();
    }

    boolean tls() {
        return url.getScheme().equals("https");
    }

    int port() {
        if (url.getPort() > 0) {
            return url.getPort();
        }
        return tls() ? 443 : 80;
    }

    /** The path of an ARI resource, {@code /channels} becoming {@code /ari/channels}. */
    String path(String resource) {
        return url.getRawPath() + resource;
    }

    String eventsPath() {
        return path("/events?app=" + encode(application) + "&subscribeAll=false");
    }

    /** Media websockets lie beside ARI, on the same port: the path ends in {@code media/} where ARI's ends in {@code ari}. */
    String mediaPath(String connectionId) {
        String prefix = url.getRawPath();
        return (prefix.endsWith("/ari") ? prefix.substring(0, prefix.length() - "/ari".length()) : "")
                + "/media/"
                + encode(connectionId);
    }

    String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** For paths and queries; a space becomes {@code %20}, which both take. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return user + "@" + url + " (application " + application + ")";
    }
}
