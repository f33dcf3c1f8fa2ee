package dev.parley.agent.kafka;

import dev.parley.agent.domain.AgentPolicy;
import dev.parley.agent.domain.Dialogue;
import dev.parley.agent.domain.ReplyId;
import dev.parley.agent.domain.ReplyRequest;
import dev.parley.agent.engine.ReplyEngine.Asked;
import dev.parley.records.Conversation;
import dev.parley.schemas.Topic;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call as this process holds it: its dialogue, what the engine is at, and which offsets it still needs. */
final class Call {
    final String id;
    final Dialogue dialogue;
    /** What the engine has not been asked yet, since the takeover still goes on. */
    final Map<ReplyId, ReplyRequest> toAsk = new LinkedHashMap<>();

    final Map<ReplyId, Asked> asked = new HashMap<>();
    /** By topic, the first offset whose record is not in an acknowledged snapshot; null: all are. */
    @Nullable
    Map<Topic<?>, Long> needed;
    /** Counts what came in since the beginning. */
    long received;
    /** Records published and not acknowledged. */
    int unacknowledged;

    boolean snapshotUnderWay;
    boolean bargedIn;
    Instant lastRecord;
    private final Map<String, Long> seenBefore = new HashMap<>();

    Call(String id, AgentPolicy policy, Instant now) {
        this.id = id;
        this.dialogue = new Dialogue(id, policy);
        this.lastRecord = now;
    }

    void restore(Conversation saved) {
        dialogue.restore(saved);
        seenBefore.putAll(saved.getOffsets());
    }

    /** Whether the snapshot that this call was restored from has seen this record. */
    boolean sawBefore(Topic<?> topic, long offset) {
        return offset < seenBefore.getOrDefault(topic.name(), 0L);
    }

    void stopAsking() {
        asked.values().forEach(Asked::cancel);
        asked.clear();
        toAsk.clear();
    }
}
