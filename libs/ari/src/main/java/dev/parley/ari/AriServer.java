package dev.parley.ari;

import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where an Asterisk's HTTP server is, and who asks. Its REST interface is below it at {@code /ari}, media websockets at {@code /media}.
 *
 * @param url for example {@code http://127.0.0.1:8088}, with the prefix of http.conf where there is one; a trailing slash or
 *     {@code /ari} makes no difference
 * @param user of ari.conf
 * @param password of that user; never printed
 * @param application the Stasis application whose channels are ours
 */
public record AriServer(URI url, String user, String password, String application) {
    /** So long a websocket that is being closed waits for Asterisk's answer, which does not come from a socket that was replaced by another. */
    private static final int CLOSING_SECONDS = 1;

    public AriServer {
        String scheme = url.getScheme();
        if (url.getHost() == null || scheme == null || !scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "'" + url + "' is not the address of Asterisk's HTTP server; it looks like http://127.0.0.1:8088");
        }
        String path =
                url.getPath() == null ? "" : url.getPath().replaceAll("/+$", "").replaceAll("/ari$", "");
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
        return url.getRawPath() + "/ari" + resource;
    }

    String eventsPath() {
        return path("/events?app=" + encode(application) + "&subscribeAll=false");
    }

    String mediaPath(String connectionId) {
        return url.getRawPath() + "/media/" + encode(connectionId);
    }

    /** How its websockets are connected to; a frame or message of more bytes than that ends one. */
    WebSocketClientOptions sockets(int largestMessage) {
        return new WebSocketClientOptions()
                .setDefaultHost(host())
                .setDefaultPort(port())
                .setSsl(tls())
                .setTcpNoDelay(true)
                .setConnectTimeout(5_000)
                .setClosingTimeout(CLOSING_SECONDS)
                .setMaxFrameSize(largestMessage)
                .setMaxMessageSize(largestMessage);
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
