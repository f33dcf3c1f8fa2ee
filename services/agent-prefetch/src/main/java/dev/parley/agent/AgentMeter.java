package dev.parley.agent;

import dev.parley.runtime.MeterName;

/** The meters of the agent. */
public enum AgentMeter implements MeterName {
    HAPPENED("parley.agent.happened", "What happened in dialogues, drops included, by what"),
    DECISION(
            "parley.agent.decision",
            "From the writing of the record that decides a turn to the commit's handing over to Kafka"),
    FIRST_PART("parley.agent.first.part", "From asking the engine to its first words, by engine"),
    CALLS("parley.agent.calls", "Calls that this process holds a dialogue with"),
    RECOVERED("parley.agent.recovered", "Records that were read again at a takeover, before anything was decided"),
    RECOVERY_CUT(
            "parley.agent.recovery.cut",
            "Takeovers that could not read all they had to in time and began all the same"),
    SNAPSHOTS("parley.agent.snapshots", "Conversations written down"),
    DROPPED_AFTER_END("parley.agent.dropped.after.end", "Records of calls that were over"),
    ABANDONED("parley.agent.abandoned", "Calls given up because nothing came of them any more, not even their end");

    private final String id;
    private final String meaning;

    AgentMeter(String id, String meaning) {
        this.id = id;
        this.meaning = meaning;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
