package dev.parley.speech;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What was said in a piece of speech.
 *
 * @param text the words, with punctuation where the engine gives it; empty when there were none
 * @param words the words with their times, where the engine gives times; else empty
 * @param confidence 0 to 1, where the engine gives one
 */
public record Recognition(String text, List<TimedWord> words, OptionalDouble confidence) {
    /** Nobody said anything. */
    public static final Recognition NOTHING = of("");

    /** Keeps a list of its own. */
    public Recognition {
        words = List.copyOf(words);
    }

    /** Text alone. */
    public static Recognition of(String text) {
        return new Recognition(text, List.of(), OptionalDouble.empty());
    }

    /** Never the words themselves: they are the caller's. */
    @Override
    public String toString() {
        return "Recognition[" + text.length() + " characters]";
    }

    /**
     * A word and when it was said, counted in milliseconds from the beginning of the sound.
     *
     * @param text the word
     * @param fromMillis where it begins
     * @param toMillis where it ends
     */
    public record TimedWord(String text, int fromMillis, int toMillis) {}
}
