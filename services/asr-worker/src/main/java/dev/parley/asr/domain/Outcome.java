package dev.parley.asr.domain;

import java.util.List;
import java.util.OptionalDouble;

/** What became of a chunk revision. */
public sealed interface Outcome {
    /**
     * It was recognised.
     *
     * @param text what was said; empty when nothing was
     * @param words with their times, where the engine gives times; else empty
     * @param confidence 0 to 1, where the engine gives one
     */
    record Recognised(String text, List<SpokenWord> words, OptionalDouble confidence) implements Outcome {}

    /** Nobody waited for it any more when its turn came. */
    record Skipped() implements Outcome {}

    /** Its audio is that of an earlier revision, which has the text. */
    record SameAudio(int revision) implements Outcome {}

    /** It could not be recognised; it goes to the dead letters too. */
    record Failed(String reason) implements Outcome {}

    /**
     * A word and when it was said.
     *
     * @param text the word
     * @param fromMillis from the chunk's beginning
     * @param toMillis likewise
     */
    record SpokenWord(String text, int fromMillis, int toMillis) {}
}
