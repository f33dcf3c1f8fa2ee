package dev.parley.agent.domain;

import dev.parley.agent.domain.Words.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the texts of neighbouring chunks whose audio overlaps, so that no word is doubled and none is lost. The words at the end of the
 * left text are laid over those at the start of the right one; a word that the cut has halved on one side gives way to the whole one on the other. Neither the
 * last word before the seam nor the first after it is trusted: a recogniser makes a word out of any half of one. Texts are compared by {@link Words}, the
 * result keeps spelling and punctuation.
 */
public final class Stitcher {
    /** No overlap holds more words than this: it is 150 ms, stretched back to the dip before, and people say 2 to 4 words a second. */
    static final int MAX_WORDS = 4;

    /** 320 ms: less new sound than this holds no word that did not begin in the sound before it. */
    static final int ROOM_FOR_A_WORD = 16;

    private static final int MAX_BROKEN = 1;
    private static final int MAX_STRAY = 2;

    /** What a word costs that is given up at the seam: less than one that is found in both texts gains. */
    private static final double UNTRUSTED = 0.45;

    private Stitcher() {}

    /**
     * @param left text of the earlier chunk
     * @param right text of the later one
     * @param overlapFrames frames that both have heard; without any, nothing can be double
     * @param newFrames frames that only the later one has heard
     */
    public static String join(String left, String right, int overlapFrames, int newFrames) {
        List<Word> before = Words.of(left);
        List<Word> after = Words.of(right);
        if (before.isEmpty()) {
            return right.strip();
        }
        if (after.isEmpty()) {
            return left.strip();
        }
        if (overlapFrames <= 0) {
            return glue(left, right);
        }
        Seam seam = best(before, after);
        boolean nothingShared = seam.keepLeft() == before.size() && seam.skipRight() == 0;
        if (nothingShared && newFrames < ROOM_FOR_A_WORD && after.size() <= 3) {
            // The rest of a word that the left text has whole: alone it is heard as whatever it is like.
            return left.strip();
        }
        if (seam.skipRight() == after.size()) {
            // All of the right text was said already: only its closing punctuation is news.
            return left.strip();
        }
        // Where a text is used whole, so is what stands around its words (an opening quote, a full stop).
        String head = seam.keepLeft() == before.size()
                ? left
                : seam.keepLeft() == 0
                        ? ""
                        : left.substring(0, before.get(seam.keepLeft() - 1).end());
        String tail = seam.skipRight() == 0
                ? right
                : right.substring(after.get(seam.skipRight()).start());
        return glue(head, tail);
    }

    /** Keep so many words of the left text, and skip so many of the right one. */
    private record Seam(int keepLeft, int skipRight, double score) {}

    private static Seam best(List<Word> before, List<Word> after) {
        Seam best = new Seam(before.size(), 0, 0);
        int most = Math.min(MAX_WORDS, Math.min(before.size(), after.size()));
        for (int shared = 0; shared <= most; shared++) {
            for (int broken = 0; broken <= MAX_BROKEN; broken++) {
                for (int stray = 0; stray <= MAX_STRAY; stray++) {
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
    private static @Nullable Seam seam(List<Word> before, List<Word> after, int shared, int broken, int stray) {
        int from = before.size() - broken - shared;
        if (from < 0 || stray + shared > after.size() || (shared == 0 && (broken + stray == 0 || stray > 1))) {
            return null;
        }
        if (shared == 0) {
            return broken == 1 && stray == 1 ? besideStray(before, after) : halved(before, after, broken == 1);
        }
        double score = -UNTRUSTED * (broken + stray);
        boolean exact = true;
        for (int i = 0; i < shared; i++) {
            String one = before.get(from + i).normal();
            String other = after.get(stray + i).normal();
            double same = alike(one, other, i == shared - 1 && broken == 0, i == 0 && stray == 0);
            if (same == 0) {
                return null;
            }
            exact &= same == 1;
            score += same;
        }
        // One word of a few letters may well be another that only looks the same: what is beside it has to be a piece
        // of something then.
        boolean sure = exact && (shared >= 2 || before.get(from).normal().length() >= 4);
        if (!sure && broken > 0 && !isScrap(before.getLast().normal(), next(after, stray + shared), true)) {
            return null;
        }
        String beforeShared = from == 0 ? "" : before.get(from - 1).normal();
        if (!sure && stray > 0 && !isScrap(after.get(stray - 1).normal(), beforeShared, false)) {
            return null;
        }
        // The last shared word is whole on the right (it goes on there), the first on the left.
        int fromLeft = shared - (shared + 1) / 2;
        if (shared == 1
                && after.get(stray).normal().length()
                        < before.get(from).normal().length()) {
            fromLeft = 1;
        }
        return new Seam(from + fromLeft, stray + fromLeft, score);
    }

    /** No word is whole in both texts: the last of the left one is a beginning of the first of the right one, or that is an end of it. */
    private static @Nullable Seam halved(List<Word> before, List<Word> after, boolean leftIsHalf) {
        String last = before.getLast().normal();
        String first = after.getFirst().normal();
        if (leftIsHalf) {
            boolean half = last.length() <= first.length() + 2 && begins(last, first);
            return half ? new Seam(before.size() - 1, 0, 0.1) : null;
        }
        boolean half = first.length() < last.length() && ends(first, last);
        return half ? new Seam(before.size(), 1, 0.1) : null;
    }

    /** The last word of the left text is a beginning of the second of the right one, whose first is what was left of the word before. */
    private static @Nullable Seam besideStray(List<Word> before, List<Word> after) {
        if (after.size() < 2) {
            return null;
        }
        String last = before.getLast().normal();
        String second = after.get(1).normal();
        boolean half = last.length() >= 4 && last.length() < second.length() && begins(last, second);
        return half ? new Seam(before.size() - 1, 1, 0.05) : null;
    }

    /** Whether two words begin alike: the first two letters, and half of the shorter one. */
    private static boolean begins(String piece, String whole) {
        int common = 0;
        while (common < Math.min(piece.length(), whole.length()) && piece.charAt(common) == whole.charAt(common)) {
            common++;
        }
        return common >= 2 && 2 * common >= piece.length();
    }

    /** Whether two words end alike: two letters, or the like of half of the piece. */
    private static boolean ends(String piece, String whole) {
        int common = 0;
        while (common < Math.min(piece.length(), whole.length())
                && piece.charAt(piece.length() - 1 - common) == whole.charAt(whole.length() - 1 - common)) {
            common++;
        }
        return common >= 2 && 2 * common >= piece.length();
    }

    private static String next(List<Word> words, int i) {
        return i < words.size() ? words.get(i).normal() : "";
    }

    private static boolean isScrap(String word, String whole, boolean beginning) {
        return word.length() <= 2
                || (!whole.isEmpty() && (near(word, whole) || (beginning ? begins(word, whole) : ends(word, whole))));
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
