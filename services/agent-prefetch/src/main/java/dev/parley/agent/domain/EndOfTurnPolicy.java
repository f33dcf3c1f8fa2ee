package dev.parley.agent.domain;

import dev.parley.records.SpeechEvent;
import dev.parley.records.SpeechEventType;

/** Decides which of the chunker's events ends a turn. Where the agent is to end turns earlier, on what was said, another policy comes in here. */
@FunctionalInterface
public interface EndOfTurnPolicy {
    /** Whether the utterance is over with this event. */
    boolean ends(SpeechEvent event);

    /** The chunker's own end, by silence, and nothing else. */
    static EndOfTurnPolicy silence() {
        return event -> event.getType() == SpeechEventType.END_OF_TURN;
    }
}
