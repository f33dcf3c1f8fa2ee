package dev.parley.testkit.asterisk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Docker's command line. */
final class Docker {
    private Docker() {}

    /** Whether an engine answers. */
    static boolean isThere() {
        try {
            run("info", "--format", "{{.ServerVersion}}");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /**
     * Runs a command to its end; what it printed.
     *
     * @throws IllegalStateException with what it printed, where it failed
     */
    static String run(String... words) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(words));
        try {
            // By way of a file: a child of the command may keep a pipe open.
            Path output = Files.createTempFile("docker", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            int exit = process.waitFor();
            String said = Files.readString(output, StandardCharsets.UTF_8).strip();
            Files.delete(output);
            if (exit != 0) {
                throw new IllegalStateException("docker " + words[0] + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new IllegalStateException("docker cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
