package dev.parley.schemas;

import dev.parley.records.ReplyKind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a playback, derived from the reply chunk that it plays: {@code kind-call-utterance-index-revision-attempt-n}. It is safe
 * in URLs (letters, digits, {@code . - _}): in the call id everything but letters, digits, {@code .} and {@code -} is written as
 * {@code _xx}, the hexadecimal bytes of its UTF-8.
 *
 * @param kind answer, filler or prompt
 * @param callId the call
 * @param utterance first frame of the utterance that the reply is based on, or frame of the prompt's cause
 * @param index index of the chunk that the reply is based on
 * @param revision its revision
 * @param attempt the answer's attempt
 * @param n number of the reply chunk, from 0
 */
public record PlaybackId(ReplyKind kind, String callId, long utterance, int index, int revision, int attempt, int n) {

    // Numbers as they are written: no sign, no leading zeros.
    private static final String NUMBER = "-(0|[1-9][0-9]{0,18})";
    private static final Pattern FORM =
            Pattern.compile("(answer|filler|prompt)-(.+)" + NUMBER + NUMBER + NUMBER + NUMBER + NUMBER);

    public PlaybackId {
        if (kind == ReplyKind.UNKNOWN) {
            throw new IllegalArgumentException("A playback is an answer, a filler or a prompt, not UNKNOWN");
        }
        if (callId.isEmpty() || utterance < 0 || index < 0 || revision < 0 || attempt < 0 || n < 0) {
            throw new IllegalArgumentException("A playback id needs a call and numbers that are not negative: call '"
                    + callId + "' utterance " + utterance + " index " + index + " revision " + revision + " attempt "
                    + attempt + " n " + n);
        }
    }

    /** Reads what {@link #toString} wrote; empty where it is anything else, such as a playback of someone else's. */
    public static Optional<PlaybackId> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            PlaybackId id = new PlaybackId(
                    ReplyKind.valueOf(form.group(1).toUpperCase(Locale.ROOT)),
                    decode(form.group(2)),
                    Long.parseLong(form.group(3)),
                    Integer.parseInt(form.group(4)),
                    Integer.parseInt(form.group(5)),
                    Integer.parseInt(form.group(6)),
                    Integer.parseInt(form.group(7)));
            // Other spellings of the same id are not ids: each has exactly one.
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException notOurs) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + encode(callId) + "-" + utterance + "-" + index + "-"
                + revision + "-" + attempt + "-" + n;
    }

    private static String encode(String callId) {
        StringBuilder out = new StringBuilder(callId.length() + 8);
        for (byte b : callId.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isPlain(c)) {
                out.append(c);
            } else {
                out.append('_').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return out.toString();
    }

    private static String decode(String text) throws CharacterCodingException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '_' && i + 2 < text.length()) {
                out.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else if (isPlain(c)) {
                out.write(c);
            } else {
                throw new IllegalArgumentException("Not a character of a playback id: " + c);
            }
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(out.toByteArray()))
                .toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    }
}
