package dev.parley.runtime.config;

import java.util.List;

/** Settings that cannot be: every problem that was found, each beginning with the name of the setting. A service that meets it exits with 78. */
public final class BadSettings extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    public BadSettings(List<String> problems) {
        super(
                problems.size() == 1
                        ? "A setting is wrong: " + problems.getFirst()
                        : problems.size() + " settings are wrong:\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    public BadSettings(Setting setting, String problem) {
        this(List.of(setting + " " + problem));
    }

    /** One line each. */
    public List<String> problems() {
        return problems;
    }
}
