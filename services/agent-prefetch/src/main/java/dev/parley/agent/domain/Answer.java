package dev.parley.agent.domain;

import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A reply as the log tells it: nothing changes it but {@link #apply} of a record that was, or is being, published, and what was heard of it. */
final class Answer {
    final ReplyId id;
    final long basedOn;
    private final List<String> chunks = new ArrayList<>();
    private final NavigableMap<Integer, ReplyHeard> heard = new TreeMap<>();
    private boolean interruptible = true;
    private boolean ended;
    /** The frame of what cancelled it; null: it stands. */
    private @Nullable Long cancelledAt;

    private boolean hangUp;
    private @Nullable String expects;
    private @Nullable Long turn;
    /** Instant of the newest record of it, in microseconds since 1970. */
    private long newestAt;

    Answer(ReplyId id, long basedOn) {
        this.id = id;
        this.basedOn = basedOn;
    }

    /** Takes a record of the log; false when it says nothing new. */
    boolean apply(Reply record) {
        boolean news =
                switch (record.getType()) {
                    case CHUNK -> {
                        boolean next = !ended && record.getN() == chunks.size();
                        if (next) {
                            chunks.add(record.getText() == null ? "" : record.getText());
                            interruptible &= record.getInterruptible();
                            commit(record.getTurn());
                        }
                        yield next;
                    }
                    case END -> {
                        boolean first = !ended;
                        if (first) {
                            ended = true;
                            hangUp = record.getHangUp();
                            expects = record.getExpects();
                        }
                        yield first;
                    }
                    case COMMIT -> commit(record.getTurn());
                    case CANCEL -> {
                        boolean first = cancelledAt == null;
                        if (first) {
                            cancelledAt = record.getFrame();
                        }
                        yield first;
                    }
                    case UNKNOWN -> false;
                };
        newestAt = Math.max(newestAt, record.getAt());
        return news;
    }

    private boolean commit(@Nullable Long frame) {
        boolean first = turn == null && frame != null;
        if (first) {
            turn = frame;
        }
        return first;
    }

    boolean heard(ReplyHeard record) {
        newestAt = Math.max(newestAt, record.getAt());
        ReplyHeard known = heard.get(record.getN());
        if (known != null && known.getHeardMs() >= record.getHeardMs()) {
            return false;
        }
        heard.put(record.getN(), record);
        return true;
    }

    boolean ended() {
        return ended;
    }

    boolean cancelled() {
        return cancelledAt != null;
    }

    /** Whether it stood when this frame was now: what the log tells of later is left out. */
    boolean stoodAt(long frame) {
        return committed() && (cancelledAt == null || cancelledAt > frame) && !heardOut();
    }

    boolean committed() {
        return turn != null;
    }

    boolean hangUp() {
        return hangUp;
    }

    @Nullable
    String expects() {
        return expects;
    }

    boolean interruptible() {
        return interruptible;
    }

    /** The frame that fences it: the turn that it answers, or what it is based on as long as that is open. */
    long fence() {
        return turn == null ? basedOn : turn;
    }

    boolean isVoid(long voidBefore) {
        return interruptible && fence() < voidBefore;
    }

    List<String> chunks() {
        return chunks;
    }

    String text() {
        return String.join(" ", chunks);
    }

    long newestAt() {
        return newestAt;
    }

    boolean anythingHeard() {
        return heard.values().stream().anyMatch(h -> h.getHeardMs() > 0);
    }

    /** Whether any of it was heard before this frame. */
    boolean heardBefore(long frame) {
        return heard.values().stream().anyMatch(h -> h.getHeardMs() > 0 && h.getFirstFrame() < frame);
    }

    /** Whether all of it is over for good, as far as the caller's ear is concerned. */
    boolean heardOut() {
        return ended && heard.size() >= chunks.size();
    }

    /** Whether the caller heard all of it, to its last sample. */
    boolean heardToTheEnd() {
        return heardOut() && heard.values().stream().allMatch(ReplyHeard::getComplete);
    }

    /** The words that were heard. */
    String heardText() {
        return heard.values().stream()
                .filter(h -> h.getHeardMs() > 0)
                .map(ReplyHeard::getText)
                .filter(text -> !text.isBlank())
                .map(String::strip)
                .collect(Collectors.joining(" "));
    }

    /** Whether the caller, who was hearing chunk n, had just been asked something: the last sentence begun, or the one before it. */
    boolean asksAt(int n) {
        return asks(n) || asks(n - 1);
    }

    private boolean asks(int n) {
        if (n < 0 || n >= chunks.size()) {
            return false;
        }
        String text = chunks.get(n).strip();
        return text.endsWith("?") || text.endsWith("?\"") || text.endsWith("?»");
    }
}
