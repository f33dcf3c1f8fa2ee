package dev.parley.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A bot that greets, and from then on only answers: the same to everything, without fillers and without asking whether anyone is there. */
final class PlainBot {
    private PlainBot() {}

    /**
     * Settings for it.
     *
     * @param folder where its script is written
     * @param more settings by their names in the environment
     */
    static Map<String, String> settings(Path folder, Map<String, String> more) throws IOException {
        return settings(folder, List.of("All right."), more);
    }

    /** @param sentences what it says in turn */
    static Map<String, String> settings(Path folder, List<String> sentences, Map<String, String> more)
            throws IOException {
        StringBuilder script = new StringBuilder("""
                answers:
                  - name: never
                    when: ["parley abracadabra"]
                    say: Never.
                fallback:
                  say:
                """);
        sentences.forEach(sentence -> script.append("    - ").append(sentence).append('\n'));
        Map<String, String> settings = new HashMap<>();
        settings.put("PARLEY_MODELS", Given.models().toString());
        settings.put(
                "AGENT_SCRIPT",
                Files.writeString(folder.resolve("agent.yaml"), script).toString());
        settings.put("GREETING", "Hello.");
        settings.put("FILLER_DELAY_MS", "0");
        settings.put("NO_INPUT_SECONDS", "300");
        settings.putAll(more);
        return settings;
    }
}
