package dev.parley.agent.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts a text that arrives in pieces into what is spoken in one breath: first a short clause, so that sound can begin early, then whole sentences. The cuts depend
 * on the text alone, not on how it arrived. Clauses are stripped; joined with single spaces they are the text again.
 */
final class ClauseSplitter {
    /** A first clause is not shorter: 'Yes,' alone would be a breath for nothing. */
    static final int FIRST_MIN = 10;
    /** No clause is longer: a text without punctuation is cut at a space. */
    static final int MAX = 220;

    private static final String SENTENCE_ENDS = ".!?…。！？";
    private static final String CLAUSE_ENDS = ",;:—–";
    private static final String CLOSERS = "\"'»”’)]";
    private static final Set<String> ABBREVIATIONS = Set.of(
            "mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "e.g", "i.e", "a.m", "p.m", "г", "ул", "д", "кв", "руб",
            "коп", "т.е", "т.д", "т.п", "им", "стр", "см", "тел");

    private final StringBuilder buffer = new StringBuilder();
    private boolean first;

    /** @param first whether the next clause begins the reply */
    ClauseSplitter(boolean first) {
        this.first = first;
    }

    /** Takes more of the text; returns the clauses that it completed. */
    List<String> add(String text) {
        buffer.append(text);
        List<String> clauses = new ArrayList<>();
        int end = end();
        while (end > 0) {
            String clause = buffer.substring(0, end).strip();
            buffer.delete(0, end);
            if (!clause.isEmpty()) {
                clauses.add(clause);
                first = false;
            }
            end = end();
        }
        return clauses;
    }

    /** What is left at the end of the text; empty when nothing is. */
    String rest() {
        String rest = buffer.toString().strip();
        buffer.setLength(0);
        return rest;
    }

    /** Where the first clause of the buffer ends, exclusive; 0 as long as that cannot be told. */
    private int end() {
        int start = 0;
        while (start < buffer.length() && Character.isWhitespace(buffer.charAt(start))) {
            start++;
        }
        for (int i = start; i < buffer.length(); i++) {
            if (i - start >= MAX) {
                return atSpace(start, i);
            }
            int end = endAfter(start, i);
            if (end > 0) {
                return end;
            }
        }
        return 0;
    }

    private int endAfter(int start, int i) {
        char c = buffer.charAt(i);
        if (c == '\n') {
            return i;
        }
        boolean sentence = SENTENCE_ENDS.indexOf(c) >= 0;
        boolean clause = first && CLAUSE_ENDS.indexOf(c) >= 0;
        if (!sentence && !clause) {
            return 0;
        }
        int end = i + 1;
        while (end < buffer.length()
                && (SENTENCE_ENDS.indexOf(buffer.charAt(end)) >= 0 || CLOSERS.indexOf(buffer.charAt(end)) >= 0)) {
            end++;
        }
        // What follows decides: a space, and then no small letter. Until it is there, nothing is cut.
        if (end + 1 >= buffer.length() || !Character.isWhitespace(buffer.charAt(end))) {
            return 0;
        }
        if (end - start < (first ? FIRST_MIN : 2)) {
            return 0;
        }
        if (clause) {
            return end;
        }
        int next = end;
        while (next < buffer.length() && Character.isWhitespace(buffer.charAt(next))) {
            next++;
        }
        if (next == buffer.length()
                || Character.isLowerCase(Character.codePointAt(buffer, next))
                || (c == '.' && isAbbreviation(start, i))) {
            return 0;
        }
        return end;
    }

    private boolean isAbbreviation(int start, int dot) {
        int from = dot;
        while (from > start && !Character.isWhitespace(buffer.charAt(from - 1))) {
            from--;
        }
        String word = buffer.substring(from, dot).toLowerCase(java.util.Locale.ROOT);
        // An initial: 'A. Pushkin'. 'I.' ends sentences more often than it begins names.
        return ABBREVIATIONS.contains(word)
                || (word.codePointCount(0, word.length()) == 1
                        && Character.isLetter(word.codePointAt(0))
                        && !word.equals("i"));
    }

    private int atSpace(int start, int limit) {
        int space = -1;
        for (int i = start; i < limit; i++) {
            if (Character.isWhitespace(buffer.charAt(i))) {
                space = i;
            }
        }
        if (space > start) {
            return space;
        }
        return Character.isHighSurrogate(buffer.charAt(limit - 1)) ? limit - 1 : limit;
    }
}
