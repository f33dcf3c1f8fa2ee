package dev.parley.chunker.domain;

import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;
import java.util.ArrayList;
import java.util.List;

/** Collects the decisions of a call and stamps them with the frame that is being looked at. */
final class Decisions {
    private final String callId;
    private List<Decision> made = new ArrayList<>();
    private long frame;
    private long at;

    Decisions(String callId) {
        this.callId = callId;
    }

    String callId() {
        return callId;
    }

    void now(long frame, long at) {
        this.frame = frame;
        this.at = at;
    }

    long frame() {
        return frame;
    }

    long at() {
        return at;
    }

    void add(Decision decision) {
        made.add(decision);
    }

    /** An event about an utterance, as of now. */
    SpeechEvent.Builder event(SpeechEventType type, long utterance) {
        return SpeechEvent.newBuilder()
                .setCallId(callId)
                .setType(type)
                .setUtterance(utterance)
                .setFrame(frame)
                .setAt(at);
    }

    /** Whether a chunk was cut among what was not taken yet. */
    boolean hasCut() {
        return made.stream().anyMatch(Decision.Cut.class::isInstance);
    }

    /** What was decided since this was asked last. */
    List<Decision> take() {
        if (made.isEmpty()) {
            return List.of();
        }
        List<Decision> taken = made;
        made = new ArrayList<>();
        return taken;
    }
}
