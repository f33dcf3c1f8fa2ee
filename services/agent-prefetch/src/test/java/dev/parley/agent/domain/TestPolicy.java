package dev.parley.agent.domain;

import java.time.Duration;

/** How the agent behaves in tests: as in production but for its greeting, with silence alone ending a turn. */
public final class TestPolicy {
    private TestPolicy() {}

    public static AgentPolicy standard() {
        return with(Duration.ofSeconds(8), true);
    }

    /** For tests in which a caller may say nothing for long without being asked again. */
    public static AgentPolicy patient() {
        return with(Duration.ofSeconds(60), true);
    }

    static AgentPolicy withoutDigitsInterrupting() {
        return with(Duration.ofSeconds(8), false);
    }

    private static AgentPolicy with(Duration noInput, boolean digitsInterrupt) {
        return new AgentPolicy(
                Duration.ofMillis(1000),
                20,
                6,
                Duration.ofMillis(700),
                Duration.ofSeconds(8),
                noInput,
                true,
                digitsInterrupt,
                Duration.ofMillis(2000),
                "en",
                language -> Phrases.of(language, "Hello! How can I help you?"),
                Backchannels.standard(),
                EndOfTurnPolicy.silence());
    }
}
