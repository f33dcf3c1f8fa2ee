package dev.parley.agent.domain;

import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.records.ReplyKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The replies of a call that are not over yet, as the topic `replies` tells them. What is published goes through here, and what the log holds already is not
 * published again: so a logged decision stands, whoever made it, and a restarted agent goes on where the log ends.
 */
final class ReplyLog {
    private final Map<ReplyId, Answer> answers = new LinkedHashMap<>();
    private final Map<ReplyId, List<ReplyHeard>> heardTooEarly = new LinkedHashMap<>();
    private final Consumer<Reply> publisher;

    ReplyLog(Consumer<Reply> publisher) {
        this.publisher = publisher;
    }

    /** Takes a record read from the topic; false when it says nothing new, as our own do. */
    boolean absorb(Reply record) {
        if (record.getKind() == ReplyKind.UNKNOWN) {
            return false;
        }
        return answer(ReplyId.of(record), record.getBasedOn()).apply(record);
    }

    /** Publishes a record, unless the log holds it already. */
    void publish(Reply record) {
        if (absorb(record)) {
            publisher.accept(record);
        }
    }

    /** Takes what was heard of a reply; false when nothing is known of such a reply, or nothing new is said. */
    boolean heard(ReplyHeard record) {
        ReplyId id = ReplyId.of(record);
        Answer answer = answers.get(id);
        if (answer == null) {
            heardTooEarly.computeIfAbsent(id, i -> new ArrayList<>()).add(record);
            return false;
        }
        return answer.heard(record);
    }

    /** The reply of this id, made where there is none. */
    Answer answer(ReplyId id, long basedOn) {
        return answers.computeIfAbsent(id, i -> {
            Answer answer = new Answer(id, basedOn);
            List<ReplyHeard> early = heardTooEarly.remove(id);
            if (early != null) {
                early.forEach(answer::heard);
            }
            return answer;
        });
    }

    @Nullable
    Answer find(ReplyId id) {
        return answers.get(id);
    }

    /** The attempt at this basis that stands, or the next one where the newest was cancelled. */
    ReplyId current(ReplyId basis) {
        ReplyId id = basis.attempt(0);
        Answer answer = answers.get(id);
        while (answer != null && answer.cancelled()) {
            id = id.attempt(id.attempt() + 1);
            answer = answers.get(id);
        }
        return id;
    }

    /** The newest committed answer to an utterance, cancelled or not: the decision that stands. */
    @Nullable
    Answer decided(long utterance) {
        Answer newest = null;
        for (Answer answer : answers.values()) {
            if (answer.id.kind() == ReplyKind.ANSWER && answer.id.utterance() == utterance && answer.committed()) {
                newest = answer;
            }
        }
        return newest;
    }

    /** Replies on their way to the caller's ear, fillers too. */
    List<Answer> sounding(long voidBefore) {
        return select(a -> a.committed() && !a.cancelled() && !a.isVoid(voidBefore) && !a.heardOut());
    }

    List<Answer> select(Predicate<Answer> which) {
        return answers.values().stream().filter(which).toList();
    }

    Collection<Answer> all() {
        return answers.values();
    }

    void forget(Predicate<Answer> which) {
        answers.values().removeIf(which);
        heardTooEarly.clear();
    }
}
