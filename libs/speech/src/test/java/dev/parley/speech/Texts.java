package dev.parley.speech;

import java.util.Locale;

/** Compares what was recognised with what was said. */
final class Texts {
    private Texts() {}

    /** Words that were missed, changed or added, as a part of the words that were said; case and punctuation aside. */
    static double wordErrorRate(String said, String recognised) {
        String[] expected = words(said);
        return (double) distance(expected, words(recognised)) / expected.length;
    }

    private static String[] words(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}' ]", " ")
                .strip()
                .split("\\s+");
    }

    /** Levenshtein's distance over words. */
    private static int distance(String[] one, String[] other) {
        int[] row = new int[other.length + 1];
        for (int j = 0; j <= other.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length; i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length; j++) {
                int change = diagonal + (one[i - 1].equals(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length];
    }
}
