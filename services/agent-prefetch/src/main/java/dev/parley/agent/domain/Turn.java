package dev.parley.agent.domain;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the caller says in one go: mostly one utterance, or several where the caller went on before being answered; and the answer to the whole. */
final class Turn {
    private final Map<Long, String> texts = new TreeMap<>();
    /** The answer that was begun or committed; null while there is none that stands. */
    private @Nullable Answer answer;

    private String answered = "";
    private @Nullable ReplyId basis;
    private boolean decided;
    private boolean givenUp;
    private boolean inHistory;
    private int speculations;
    private long frame;
    private long basedOn;
    private long decisionFrame;
    private long decidedAt;

    boolean holds(long utterance) {
        return texts.containsKey(utterance);
    }

    void put(long utterance, String text) {
        texts.put(utterance, text);
    }

    /** Whether its words, or those before it went on, are in the history already. */
    boolean inHistory() {
        return inHistory;
    }

    void writtenDown() {
        inHistory = true;
    }

    String text() {
        return joined(texts);
    }

    private static String joined(Map<Long, String> texts) {
        return texts.values().stream().filter(t -> !t.isBlank()).collect(Collectors.joining(" "));
    }

    /** The text, should an utterance of it say this. */
    String textWith(long utterance, String text) {
        Map<Long, String> all = new TreeMap<>(texts);
        all.put(utterance, text);
        return joined(all);
    }

    boolean hasWords() {
        return Words.any(text());
    }

    /** An answer to the words so far was begun. */
    void answering(Answer begun, String text) {
        answer = begun;
        answered = Words.normal(text);
    }

    /** Whether the answer that was begun fits these words. */
    boolean isAnswered(String text) {
        return answer != null && !answer.cancelled() && answered.equals(Words.normal(text));
    }

    @Nullable
    Answer answer() {
        return answer;
    }

    boolean mayStillSpeculate(int budget) {
        return speculations < budget;
    }

    void speculated() {
        speculations++;
    }

    /** The words that the answer is to be based on, should the turn be decided now. */
    void basis(ReplyId id, long lastFrame) {
        basis = id;
        basedOn = lastFrame;
    }

    @Nullable
    ReplyId basis() {
        return basis;
    }

    long basedOn() {
        return basedOn;
    }

    /** The chunker or the agent found that the caller has ended. */
    void ended(long turnFrame, long atFrame, long atInstant) {
        frame = turnFrame;
        decisionFrame = atFrame;
        decidedAt = atInstant;
    }

    void decide() {
        decided = true;
    }

    /** The caller goes on: what was answered is answered no more. */
    void reopen() {
        decided = false;
        answer = null;
        answered = "";
    }

    /** An apology stands in the answer's place. */
    void giveUp() {
        givenUp = true;
        decided = true;
    }

    boolean decided() {
        return decided;
    }

    boolean givenUp() {
        return givenUp;
    }

    /** Last frame that carried the caller's words. */
    long frame() {
        return frame;
    }

    long decisionFrame() {
        return decisionFrame;
    }

    /** Instant of the decision, in microseconds since 1970. */
    long decidedAt() {
        return decidedAt;
    }
}
