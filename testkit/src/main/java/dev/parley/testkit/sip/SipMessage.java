package dev.parley.testkit.sip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A SIP message (RFC 3261), request or response.
 *
 * @param startLine its first line
 * @param headers in their order; a name may come again
 * @param body an SDP, or empty
 */
record SipMessage(String startLine, List<Header> headers, String body) {
    record Header(String name, String value) {}

    /** @throws IllegalArgumentException where it is none */
    static SipMessage parse(byte[] bytes, int length) {
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IllegalArgumentException("a SIP message without an end of its headers");
        }
        String[] lines = text.substring(0, end).split("\r\n");
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.add(new Header(
                        fullName(lines[i].substring(0, colon).strip()),
                        lines[i].substring(colon + 1).strip()));
            }
        }
        return new SipMessage(lines[0], List.copyOf(headers), text.substring(end + 4));
    }

    /** Compact forms (RFC 3261, 7.3.3). */
    private static String fullName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "v" -> "Via";
            case "f" -> "From";
            case "t" -> "To";
            case "i" -> "Call-ID";
            case "m" -> "Contact";
            default -> name;
        };
    }

    boolean isResponse() {
        return startLine.startsWith("SIP/2.0 ");
    }

    /** Of a response. */
    int status() {
        return Integer.parseInt(startLine.substring(8, 11));
    }

    /** Of a request: its method; of a response: that of its request. */
    String method() {
        return isResponse()
                ? header("CSeq").orElse("").replaceFirst("^\\d+\\s+", "")
                : startLine.substring(0, startLine.indexOf(' '));
    }

    Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }

    /** The address between the angle brackets of a header, or all of it. */
    Optional<String> address(String name) {
        return header(name).map(value -> {
            int from = value.indexOf('<');
            return from < 0 ? value : value.substring(from + 1, value.indexOf('>', from));
        });
    }

    /** A response to this request: with its Via, From, To, Call-ID and CSeq. */
    SipMessage response(String status, List<Header> more, String body) {
        List<Header> answer = new ArrayList<>();
        for (Header header : headers) {
            switch (header.name().toLowerCase(Locale.ROOT)) {
                case "via", "from", "to", "call-id", "cseq", "record-route" -> answer.add(header);
                default -> {}
            }
        }
        answer.addAll(more);
        return new SipMessage("SIP/2.0 " + status, answer, body);
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        headers.forEach(header ->
                text.append(header.name()).append(": ").append(header.value()).append("\r\n"));
        if (!body.isEmpty()) {
            text.append("Content-Type: application/sdp\r\n");
        }
        text.append("Content-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n\r\n")
                .append(body);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
