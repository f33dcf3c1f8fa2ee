package dev.parley.schemas;

import java.util.List;

/** Topics that exist already have settings that would break Parley; nothing was changed in them. */
public final class UnfitTopics extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    UnfitTopics(List<String> problems) {
        super("Existing topics cannot be used as they are (kafka-configs.sh --alter changes a topic's settings; another"
                + " number of partitions needs the topic made anew):\n  - " + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Each names the topic, the setting, what it is and what it must be. */
    public List<String> problems() {
        return problems;
    }
}
