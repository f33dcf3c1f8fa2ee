package dev.parley.agent.engine;

import dev.parley.agent.domain.Words;
import dev.parley.agent.domain.Words.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/**
 * What a caller may say: words that stand next to each other anywhere in the text, whatever their case and punctuation; {@code *} for any words or none, {@code {name}}
 * for one word or more to be captured, {@code word*} for any ending (Russian has many).
 */
final class Pattern {
    private static final java.util.regex.Pattern CAPTURE = java.util.regex.Pattern.compile("\\{([\\p{L}\\p{N}_-]+)}");

    private final java.util.regex.Pattern regex;
    private final List<String> captures = new ArrayList<>();

    /** @throws IllegalArgumentException saying what is wrong with it */
    Pattern(String text) {
        StringBuilder out = new StringBuilder("(?<!\\S)");
        boolean any = false;
        String[] parts = text.strip().split("\\s+");
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            Matcher capture = CAPTURE.matcher(part);
            boolean last = i == parts.length - 1;
            if (part.equals("*")) {
                out.append("(?:\\S+ )*?");
                continue;
            }
            if (capture.matches()) {
                captures.add(capture.group(1));
                // At the end it takes all there is, before other words as little as will do.
                out.append(last ? "(\\S+(?: \\S+)*)" : "(\\S+(?: \\S+)*?) ");
                any = true;
                continue;
            }
            if (part.contains("{") || part.contains("}")) {
                throw new IllegalArgumentException("'" + part + "' is no capture; write {name}, with spaces around it");
            }
            String words = Words.of(part).stream().map(Word::normal).collect(Collectors.joining(" "));
            if (words.isEmpty()) {
                throw new IllegalArgumentException("'" + part + "' holds no word");
            }
            out.append(java.util.regex.Pattern.quote(words)).append(part.endsWith("*") ? "\\S*" : "");
            out.append(last ? "" : " ");
            any = true;
        }
        if (!any) {
            throw new IllegalArgumentException("a pattern needs a word or a {capture}");
        }
        regex = java.util.regex.Pattern.compile(
                out + (parts[parts.length - 1].equals("*") ? "" : "(?!\\S)"),
                java.util.regex.Pattern.UNICODE_CHARACTER_CLASS);
    }

    List<String> captures() {
        return captures;
    }

    /** What was captured, as it was said, where the text matches. */
    Optional<Map<String, String>> match(String text) {
        List<Word> words = Words.of(text);
        String normal = words.stream().map(Word::normal).collect(Collectors.joining(" "));
        Matcher matcher = regex.matcher(normal + " ");
        if (!matcher.find()) {
            return Optional.empty();
        }
        Map<String, String> captured = new LinkedHashMap<>();
        for (int i = 0; i < captures.size(); i++) {
            Word first = words.get(wordAt(normal, matcher.start(i + 1)));
            Word last = words.get(wordAt(normal, matcher.end(i + 1) - 1));
            captured.put(captures.get(i), text.substring(first.start(), last.end()));
        }
        return Optional.of(captured);
    }

    private static int wordAt(String normal, int position) {
        return (int) normal.substring(0, position).chars().filter(c -> c == ' ').count();
    }
}
