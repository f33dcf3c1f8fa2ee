package dev.parley.agent.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Patterns and answers; read from YAML by {@link ScriptReader}.
 *
 * @param rules the first that matches answers
 * @param yes patterns of what means yes, after a question
 * @param no patterns of what means no
 */
record Script(List<Rule> rules, Answer fallback, List<Pattern> yes, List<Pattern> no) {
    /**
     * @param name unique in its script
     */
    record Rule(String name, List<Pattern> when, Answer answer) {
        Optional<Map<String, String>> match(String text) {
            return when.stream()
                    .flatMap(pattern -> pattern.match(text).stream())
                    .findFirst();
        }
    }

    /**
     * @param say variants, taken in turn; {@code {name}} stands for what a pattern captured
     * @param delay to think, for demonstrations
     * @param asks whether it asks a question that yes or no answers
     * @param yes the answer to yes, after it asked; null: the rules decide
     * @param no the answer to no
     */
    record Answer(
            List<String> say,
            boolean hangUp,
            boolean interruptible,
            Duration delay,
            boolean asks,
            @Nullable Answer yes,
            @Nullable Answer no) {}

    Optional<Rule> rule(String name) {
        return rules.stream().filter(rule -> rule.name().equals(name)).findFirst();
    }
}
