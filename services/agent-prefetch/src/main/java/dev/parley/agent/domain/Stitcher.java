package dev.parley.agent.domain;

import dev.parley.agent.domain.Words.Word;
import java.util.List;

/**
 * Joins the texts of neighbouring chunks whose audio overlaps, so that no word is doubled and none is lost. The words at the end of the
 * left text are laid over those at the start of the right one; a word that the cut has halved on one side gives way to the whole one on the other. Texts are
 * compared by {@link Words}, the result keeps spelling and punctuation.
 */
public final class Stitcher {
    /** No overlap holds more words than this: it is 150 ms, stretched back to the dip before, and people say 2 to 4 words a second. */
    static final int MAX_WORDS = 4;

    private Stitcher() {}

    /**
     * @param left text of the earlier chunk
     * @param right text of the later one
     * @param overlap whether their audio overlaps; without, nothing can be double
     */
    public static String join(String left, String right, boolean overlap) {
        List<Word> before = Words.of(left);
        List<Word> after = Words.of(right);
        if (before.isEmpty()) {
            return right.strip();
        }
        if (after.isEmpty()) {
            return left.strip();
        }
        if (!overlap) {
            return glue(left, right);
        }
        Seam seam = best(before, after);
        int cutLeft = seam.keepLeft() == 0 ? 0 : before.get(seam.keepLeft() - 1).end();
        int cutRight = seam.skipRight() == after.size()
                ? right.length()
                : after.get(seam.skipRight()).start();
        // Where the right text is used from its start, what stands before its first word (an opening quote) belongs to
        // it.
        String head = seam.keepLeft() == before.size() ? left : left.substring(0, cutLeft);
        String tail = right.substring(seam.skipRight() == 0 ? 0 : cutRight);
        if (seam.skipRight() == after.size()) {
            // All of the right text was said already: only its closing punctuation is news.
            return left.strip();
        }
        return glue(head, tail);
    }

    /** Keep so many words of the left text, and skip so many of the right one. */
    private record Seam(int keepLeft, int skipRight, double score) {}

    private static Seam best(List<Word> before, List<Word> after) {
        Seam best = new Seam(before.size(), 0, 0);
        int most = Math.min(MAX_WORDS, Math.min(before.size(), after.size()));
        for (int shared = 1; shared <= most; shared++) {
            for (int broken = 0; broken <= 1; broken++) {
                for (int stray = 0; stray <= 1; stray++) {
                    Seam seam = seam(before, after, shared, broken, stray);
                    if (seam != null && seam.score() > best.score()) {
                        best = seam;
                    }
                }
            }
        }
        return best;
    }

    /** Lays `shared` words over each other, with `broken` words cut off at the end of the left text and `stray` ones at the start of the right. */
    private static @org.jspecify.annotations.Nullable Seam seam(
            List<Word> before, List<Word> after, int shared, int broken, int stray) {
        int from = before.size() - broken - shared;
        if (from < 0 || stray + shared > after.size()) {
            return null;
        }
        double score = -0.6 * (broken + stray);
        for (int i = 0; i < shared; i++) {
            double same =
                    alike(before.get(from + i).normal(), after.get(stray + i).normal(), i == shared - 1, i == 0);
            if (same == 0) {
                return null;
            }
            score += same;
        }
        // A broken word at the left's end must be the start of something that the right text goes on with, or short
        // enough to be a scrap.
        if (broken == 1 && !isScrap(before.getLast().normal(), next(after, stray + shared))) {
            return null;
        }
        if (stray == 1
                && !isScrap(
                        after.getFirst().normal(),
                        from == 0 ? "" : before.get(from - 1).normal())) {
            return null;
        }
        // The last shared word is whole on the right (it goes on there), the first on the left.
        int fromLeft = shared - (shared + 1) / 2;
        boolean rightIsHalved = shared == 1
                && after.get(stray).normal().length()
                        < before.get(from).normal().length();
        if (rightIsHalved) {
            fromLeft = 1;
        }
        return new Seam(from + fromLeft, stray + fromLeft, score);
    }

    private static String next(List<Word> words, int i) {
        return i < words.size() ? words.get(i).normal() : "";
    }

    private static boolean isScrap(String word, String whole) {
        return word.length() <= 2
                || (!whole.isEmpty() && (whole.startsWith(word) || whole.endsWith(word) || near(word, whole)));
    }

    /** 1 for the same word, less for one that is halved at the seam or heard a little differently, 0 for another. */
    private static double alike(String left, String right, boolean leftMayBeCut, boolean rightMayBeCut) {
        if (left.equals(right)) {
            return 1;
        }
        if (leftMayBeCut && left.length() >= 2 && right.startsWith(left)) {
            return 0.7;
        }
        if (rightMayBeCut && right.length() >= 2 && left.endsWith(right)) {
            return 0.7;
        }
        return near(left, right) ? 0.65 : 0;
    }

    /** At most every third letter differs. */
    private static boolean near(String a, String b) {
        int longer = Math.max(a.length(), b.length());
        return longer >= 4 && distance(a, b) * 3 <= longer;
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    /** The recogniser ends each chunk as if it were a sentence; in the middle of one, its full stop goes. */
    private static String glue(String left, String right) {
        String head = left.strip();
        String tail = right.strip();
        if (!tail.isEmpty() && Character.isLowerCase(tail.codePointAt(0)) && head.endsWith(".")) {
            head = head.substring(0, head.length() - 1);
        }
        return head + " " + tail;
    }
}
