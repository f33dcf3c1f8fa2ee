package dev.parley.agent.kafka;

import dev.parley.agent.CallRecords;
import dev.parley.records.Reply;
import dev.parley.records.ReplyType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a player may play of the replies, and what of it the caller has heard. */
final class MemoryPlayer {
    private final MemoryKafka kafka;
    private final Set<String> heard = new HashSet<>();

    MemoryPlayer(MemoryKafka kafka) {
        this.kafka = kafka;
    }

    /** Chunks that may be played and were not yet: committed, not cancelled, not void; the first of each number counts. */
    List<Reply> toPlay() {
        Map<String, Long> turns = new HashMap<>();
        Set<String> cancelled = new HashSet<>();
        for (Reply reply : kafka.replies()) {
            if (reply.getTurn() != null) {
                turns.putIfAbsent(MemoryKafka.id(reply), reply.getTurn());
            }
            if (reply.getType() == ReplyType.CANCEL) {
                cancelled.add(MemoryKafka.id(reply));
            }
        }
        Map<String, Reply> chunks = new LinkedHashMap<>();
        for (Reply reply : kafka.replies()) {
            Long turn = turns.get(MemoryKafka.id(reply));
            if (reply.getType() == ReplyType.CHUNK
                    && turn != null
                    && turn >= kafka.voidBefore()
                    && !cancelled.contains(MemoryKafka.id(reply))) {
                chunks.putIfAbsent(CallRecords.playbackId(reply), reply);
            }
        }
        chunks.keySet().removeAll(heard);
        return List.copyOf(chunks.values());
    }

    /** The caller has heard of this chunk what there is to hear; false: already before. */
    boolean played(Reply chunk) {
        return heard.add(CallRecords.playbackId(chunk));
    }
}
