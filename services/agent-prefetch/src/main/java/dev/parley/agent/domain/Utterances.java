package dev.parley.agent.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The caller's utterances that are not done with, in the order of their frames, and through which frame all are done with. */
final class Utterances {
    private final NavigableMap<Long, Utterance> open = new TreeMap<>();
    private long doneThrough = -1;

    /** Goes on from a snapshot. */
    void restore(long through) {
        doneThrough = through;
    }

    /** First frame of the last utterance that is done with; -1: none is. */
    long doneThrough() {
        return doneThrough;
    }

    /** The utterance that begins at this frame; null when it is done with. */
    @Nullable
    Utterance at(long first) {
        return first <= doneThrough ? null : open.computeIfAbsent(first, Utterance::new);
    }

    @Nullable
    Utterance oldest() {
        return open.isEmpty() ? null : open.firstEntry().getValue();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** All of them, oldest first, as they change. */
    Collection<Utterance> all() {
        return Collections.unmodifiableCollection(open.values());
    }

    void done(Utterance utterance) {
        open.remove(utterance.first);
        doneThrough = Math.max(doneThrough, utterance.first);
    }

    /** Takes out those before this one whose end has not come: it will not come any more. */
    List<Utterance> dropNeverEnded(long next) {
        List<Utterance> lost = new ArrayList<>();
        open.headMap(next, false).values().removeIf(earlier -> earlier.end == null && lost.add(earlier));
        return lost;
    }

    void clear() {
        open.clear();
    }
}
