package dev.parley.devstack.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** What docker-compose.yml says, and where it and what belongs to it are: what is tested is what ships. */
final class StackFile {
    private StackFile() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docker-compose.yml"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    static String image(String service) {
        return service(service).get("image").toString();
    }

    /** Without what .env may set. */
    @SuppressWarnings("unchecked")
    static Map<String, String> environment(String service) {
        var environment = new LinkedHashMap<String, String>();
        ((Map<String, Object>) service(service).get("environment")).forEach((name, value) -> {
            if (value != null && !value.toString().contains("${")) {
                environment.put(name, value.toString());
            }
        });
        return environment;
    }

    @SuppressWarnings("unchecked")
    static String[] command(String service) {
        return ((List<String>) service(service).get("command"))
                .stream().map(word -> word.replace("$$", "$")).toArray(String[]::new);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> service(String name) {
        try (var in = Files.newInputStream(root().resolve("docker-compose.yml"))) {
            Map<String, Object> file = new Yaml().load(in);
            return ((Map<String, Map<String, Object>>) file.get("services")).get(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
