package dev.parley.agent.domain;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words of a text, so that texts can be compared whatever their punctuation, case and Unicode form. */
public final class Words {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:['’ʼ][\\p{L}\\p{M}\\p{N}]+)*");
    private static final Pattern APOSTROPHE = Pattern.compile("['’ʼ]");

    /**
     * A word where it stands.
     *
     * @param normal lower case, NFKC, without apostrophes, ё as е
     * @param start its first char in the text
     * @param end the char after its last
     */
    public record Word(String normal, int start, int end) {}

    private Words() {}

    /** The words of a text in their order; hyphens part words. */
    public static List<Word> of(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(new Word(normalWord(matcher.group()), matcher.start(), matcher.end()));
        }
        return words;
    }

    /** The words in normal form, parted by single spaces: equal for texts that say the same. */
    public static String normal(String text) {
        return of(text).stream().map(Word::normal).collect(Collectors.joining(" "));
    }

    /** Whether there is any word in it: '♪' or '...' are none. */
    public static boolean any(String text) {
        return WORD.matcher(text).find();
    }

    private static String normalWord(String word) {
        String plain = Normalizer.normalize(word, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return APOSTROPHE.matcher(plain).replaceAll("").replace('ё', 'е');
    }
}
