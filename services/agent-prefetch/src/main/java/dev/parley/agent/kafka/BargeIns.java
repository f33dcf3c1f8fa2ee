package dev.parley.agent.kafka;

import dev.parley.records.BargeIn;
import dev.parley.runtime.kafka.Received;
import dev.parley.schemas.BargeInKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What barge.in says of every call now, so that a dialogue that begins later knows it. */
public final class BargeIns {
    private final Map<String, Map<String, BargeIn>> byCall = new HashMap<>();

    /** Takes a record; a tombstone forgets. */
    public void receive(Received<BargeIn> record) {
        String callId = BargeInKey.parse(record.key()).callId();
        BargeIn value = record.value();
        if (value != null) {
            byCall.computeIfAbsent(callId, id -> new HashMap<>()).put(record.key(), value);
        } else {
            Map<String, BargeIn> states = byCall.get(callId);
            if (states != null && states.remove(record.key()) != null && states.isEmpty()) {
                byCall.remove(callId);
            }
        }
    }

    /** The newest state of each writer. */
    Collection<BargeIn> of(String callId) {
        Map<String, BargeIn> states = byCall.get(callId);
        return states == null ? List.of() : List.copyOf(states.values());
    }
}
