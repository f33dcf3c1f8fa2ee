package dev.parley.devstack.seams;

import dev.parley.agent.domain.Stitcher;
import dev.parley.agent.domain.Words;
import dev.parley.devstack.seams.CutRecording.Piece;
import java.util.ArrayList;
import java.util.List;

/**
 * How the stitched text differs from the text of the whole near its seams: the recogniser hears many a word otherwise once the sound around it is cut, so what
 * differs further away is no matter of stitching.
 *
 * @param words words of the whole that lie near a seam
 * @param lost those that the stitched text lacks
 * @param doubled words of the stitched text that the whole does not have
 * @param changed words in whose place another stands
 */
record SeamComparison(int seams, int words, int lost, int doubled, int changed) {
    /** So many words on either side of a seam are near it. */
    private static final int NEAR = 4;

    static final SeamComparison NONE = new SeamComparison(0, 0, 0, 0, 0);

    /** How two texts are joined. */
    @FunctionalInterface
    interface Join {
        Join STITCHED = Stitcher::join;
        Join GLUED = (left, right, overlap, added) -> left + " " + right;

        String of(String left, String right, int overlapFrames, int newFrames);
    }

    static SeamComparison of(CutRecording cut, Join join) {
        String text = "";
        List<Integer> seams = new ArrayList<>();
        for (Piece piece : cut.pieces()) {
            if (!text.isEmpty()) {
                seams.add(Words.of(text).size());
            }
            text = text.isEmpty()
                    ? piece.text()
                    : join.of(text, piece.text(), piece.overlapFrames(), piece.newFrames());
        }
        return compare(words(cut.whole()), words(text), seams);
    }

    SeamComparison plus(SeamComparison other) {
        return new SeamComparison(
                seams + other.seams,
                words + other.words,
                lost + other.lost,
                doubled + other.doubled,
                changed + other.changed);
    }

    /** Errors by word near a seam. */
    double rate() {
        return words == 0 ? 0 : (lost + doubled + changed) / (double) words;
    }

    /** Lays the texts beside each other at the least cost, from their ends, and counts what differs near a seam. */
    private static SeamComparison compare(List<String> whole, List<String> stitched, List<Integer> seams) {
        int[][] cost = new int[whole.size() + 1][stitched.size() + 1];
        for (int i = 0; i <= whole.size(); i++) {
            for (int j = 0; j <= stitched.size(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                } else {
                    int both = cost[i - 1][j - 1] + (whole.get(i - 1).equals(stitched.get(j - 1)) ? 0 : 1);
                    cost[i][j] = Math.min(both, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                }
            }
        }
        int near = 0;
        int lost = 0;
        int doubled = 0;
        int changed = 0;
        int i = whole.size();
        int j = stitched.size();
        while (i > 0 || j > 0) {
            boolean here = isNear(j, seams);
            boolean same = i > 0 && j > 0 && whole.get(i - 1).equals(stitched.get(j - 1));
            if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + (same ? 0 : 1)) {
                near += here ? 1 : 0;
                changed += here && !same ? 1 : 0;
                i--;
                j--;
            } else if (i > 0 && cost[i][j] == cost[i - 1][j] + 1) {
                near += here ? 1 : 0;
                lost += here ? 1 : 0;
                i--;
            } else {
                doubled += here ? 1 : 0;
                j--;
            }
        }
        return new SeamComparison(seams.size(), near, lost, doubled, changed);
    }

    private static boolean isNear(int word, List<Integer> seams) {
        return seams.stream().anyMatch(seam -> word > seam - NEAR && word <= seam + NEAR);
    }

    private static List<String> words(String text) {
        return Words.of(text).stream().map(Words.Word::normal).toList();
    }
}
