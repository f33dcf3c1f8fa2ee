package dev.parley.devstack.net;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where docker-compose.yml and what belongs to it are. */
final class StackFile {
    private StackFile() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docker-compose.yml"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
