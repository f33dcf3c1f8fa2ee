package dev.parley.player.domain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which words of a text were heard when its sound was cut: the voice gives no word times, so time is taken to run evenly over the
 * characters. A word counts once half of it was heard.
 */
final class HeardWords {
    private static final Pattern WORD = Pattern.compile("\\S+");

    private HeardWords() {}

    static String of(String text, int heardMs, int totalMs) {
        if (totalMs <= 0 || heardMs <= 0) {
            return "";
        }
        if (heardMs >= totalMs) {
            return text.strip();
        }
        double heardChars = (double) text.length() * heardMs / totalMs;
        Matcher word = WORD.matcher(text);
        int end = 0;
        while (word.find() && (word.start() + word.end()) / 2.0 <= heardChars) {
            end = word.end();
        }
        return text.substring(0, end).strip();
    }
}
