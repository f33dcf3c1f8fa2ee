package dev.parley.runtime.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A secret that is kept in a file: {@code ARI_PASSWORD_FILE=/run/secrets/ari}. */
final class FileValue {
    static final String SUFFIX = "_FILE";

    private FileValue() {}

    /** The content of the file that {@code NAME_FILE} names, without the white space around it; empty when there is no such name, or a problem with it. */
    static Optional<String> read(Map<String, String> environment, String name, List<String> problems) {
        @Nullable String file = environment.get(name + SUFFIX);
        if (file == null || file.isBlank()) {
            return Optional.empty();
        }
        try {
            var value = Files.readString(Path.of(file.strip())).strip();
            if (value.isEmpty()) {
                problems.add(name + SUFFIX + "=" + file + " is an empty file");
            }
            return Optional.of(value);
        } catch (IOException | InvalidPathException e) {
            problems.add(name + SUFFIX + "=" + file + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }
}
