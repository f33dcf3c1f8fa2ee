package dev.parley.player.domain;

import dev.parley.records.ReplyKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The chunks of one answer that are not over, and whether it may be heard. */
final class Answer {
    final AnswerId id;
    private final long basedOn;
    private final TreeMap<Integer, Track> open = new TreeMap<>();
    private final BitSet over = new BitSet();
    private @Nullable Long turn;
    private boolean playable;
    private boolean begun;
    private @Nullable Integer count;
    private long newsAt;

    Answer(AnswerId id, long basedOn) {
        this.id = id;
        this.basedOn = basedOn;
    }

    void add(Track track, long now) {
        if (!begun) {
            // In the log chunks come in order, so those before the first that is read were over before this instance
            // began.
            begun = true;
            over.set(0, track.chunk.n());
        }
        open.put(track.chunk.n(), track);
        newsAt = now;
    }

    /** Committed, or never speculative. */
    void allow(@Nullable Long turnFrame, long now) {
        if (!playable) {
            newsAt = now;
        }
        playable = true;
        if (turnFrame != null) {
            turn = turnFrame;
        }
    }

    /** The agent says how many chunks it has. */
    void end(int chunks) {
        count = chunks;
        if (!begun) {
            begun = true;
            over.set(0, chunks);
        }
    }

    void closed(int n, long now) {
        open.remove(n);
        over.set(n);
        newsAt = now;
    }

    boolean holds(int n) {
        return open.containsKey(n);
    }

    boolean isPlayable() {
        return playable;
    }

    boolean isOver() {
        return count != null && over.nextClearBit(0) >= count;
    }

    boolean isVoid(long voidBefore) {
        return answers() < voidBefore;
    }

    /** The first of the frames that it answers and is based on. */
    long answers() {
        return turn == null ? basedOn : Math.min(basedOn, turn);
    }

    /** The chunk whose turn it is; null while the agent has not sent it. */
    @Nullable
    Track next() {
        return open.get(over.nextClearBit(0));
    }

    /** Whether nothing of it was heard, nor ever will have been by what is inside Asterisk now. */
    boolean isUntouched() {
        Track first = open.get(0);
        return over.isEmpty() && (first == null || !first.hearing.everPosted());
    }

    boolean isFiller() {
        return id.kind() == ReplyKind.FILLER;
    }

    @Nullable
    Long turn() {
        return turn;
    }

    /** Since when nothing new was heard of it. */
    long newsAt() {
        return newsAt;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Its open chunks in the order of their numbers. */
    List<Track> tracks() {
        return new ArrayList<>(open.values());
    }
}
