package dev.parley.testkit.sip;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers the challenge of a server (RFC 2617 with MD5, qop auth or none), as SIP still uses it. */
final class DigestAnswer {
    private DigestAnswer() {}

    /** The value of the Authorization header to a challenge. */
    static String to(String challenge, String user, String password, String method, String uri) {
        String realm = parameter(challenge, "realm").orElse("");
        String nonce = parameter(challenge, "nonce").orElse("");
        String first = md5(user + ":" + realm + ":" + password);
        String second = md5(method + ":" + uri);
        String known =
                "Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\"" + nonce + "\", uri=\"" + uri
                        + "\", algorithm=MD5"
                        + parameter(challenge, "opaque")
                                .map(opaque -> ", opaque=\"" + opaque + "\"")
                                .orElse("");
        if (parameter(challenge, "qop").isEmpty()) {
            return known + ", response=\"" + md5(first + ":" + nonce + ":" + second) + "\"";
        }
        String own = SipIds.random();
        String response = md5(first + ":" + nonce + ":00000001:" + own + ":auth:" + second);
        return known + ", qop=auth, nc=00000001, cnonce=\"" + own + "\", response=\"" + response + "\"";
    }

    private static Optional<String> parameter(String challenge, String name) {
        Matcher matcher =
                Pattern.compile("\\b" + name + "=(?:\"([^\"]*)\"|([^,\\s]+))").matcher(challenge);
        return matcher.find()
                ? Optional.of(matcher.group(1) != null ? matcher.group(1) : matcher.group(2))
                : Optional.empty();
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
