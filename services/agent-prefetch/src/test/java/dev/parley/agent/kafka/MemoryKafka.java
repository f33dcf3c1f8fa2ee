package dev.parley.agent.kafka;

import dev.parley.records.BargeIn;
import dev.parley.records.Conversation;
import dev.parley.records.Reply;
import dev.parley.records.ReplyHeard;
import dev.parley.schemas.Topic;
import dev.parley.schemas.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** One partition of a Kafka in memory: what one call has on the agent's topics, and how far its group has read. */
final class MemoryKafka {
    /** The topics that are read from their offsets; barge.in is read by everyone, conversations at a start. */
    static final List<Topic<?>> READ = List.of(
            Topics.CALL_EVENTS,
            Topics.SPEECH_EVENTS,
            Topics.TRANSCRIPTS,
            Topics.REPLIES,
            Topics.REPLY_HEARD,
            Topics.CALL_COMMANDS);

    private final Map<String, List<SpecificRecord>> topics = new HashMap<>();
    private final Map<String, Long> committed = new HashMap<>();
    private final List<SpecificRecord> written = new ArrayList<>();
    private final Map<String, BargeIn> bargeIns = new TreeMap<>();
    private final Consumer<BargeIn> onBargeIn;
    private @Nullable Conversation conversation;

    /** @param onBargeIn told each record of barge.in, as every instance is */
    MemoryKafka(Consumer<BargeIn> onBargeIn) {
        this.onBargeIn = onBargeIn;
        READ.forEach(topic -> topics.put(topic.name(), new ArrayList<>()));
    }

    void append(SpecificRecord value) {
        append(
                Topics.ALL.stream()
                        .filter(topic -> topic.type().isInstance(value))
                        .findFirst()
                        .orElseThrow(),
                value);
    }

    /** @param value null: a tombstone */
    void append(Topic<?> topic, @Nullable SpecificRecord value) {
        if (value != null) {
            written.add(value);
        }
        if (topic.equals(Topics.CONVERSATIONS)) {
            conversation = (Conversation) value;
        } else if (value instanceof BargeIn state) {
            bargeIns.put(state.getWriter().name(), state);
            onBargeIn.accept(state);
        } else if (value != null) {
            topics.get(topic.name()).add(value);
        }
    }

    long end(Topic<?> topic) {
        return topics.get(topic.name()).size();
    }

    <T extends SpecificRecord> T read(Topic<T> topic, long offset) {
        return topic.type().cast(topics.get(topic.name()).get((int) offset));
    }

    void commit(Topic<?> topic, long offset) {
        committed.put(topic.name(), offset);
    }

    long committed(Topic<?> topic) {
        return committed.getOrDefault(topic.name(), 0L);
    }

    /** Every record of any topic in the order of writing. */
    List<SpecificRecord> written() {
        return written;
    }

    /** The snapshot; null where there is none. */
    @Nullable
    Conversation conversation() {
        return conversation;
    }

    /** The newest state of each writer. */
    Collection<BargeIn> bargeIns() {
        return bargeIns.values();
    }

    /** What answers a turn before this frame is void. */
    long voidBefore() {
        return bargeIns.values().stream()
                .mapToLong(BargeIn::getVoidBefore)
                .max()
                .orElse(0);
    }

    List<Reply> replies() {
        return topics.get(Topics.REPLIES.name()).stream().map(Reply.class::cast).toList();
    }

    List<ReplyHeard> heard() {
        return topics.get(Topics.REPLY_HEARD.name()).stream()
                .map(ReplyHeard.class::cast)
                .toList();
    }

    /** What the records of one reply have in common. */
    static String id(Reply reply) {
        return reply.getKind() + "-" + reply.getUtterance() + "-" + reply.getIndex() + "-" + reply.getRevision() + "-"
                + reply.getAttempt();
    }
}
