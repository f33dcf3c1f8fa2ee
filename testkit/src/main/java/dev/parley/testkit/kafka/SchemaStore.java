package dev.parley.testkit.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of a registry: ids from 1, the same for the same text, and the versions of each subject. With a file it is written as a
 * whole after each change, so that it is never half a file. Safe for several threads.
 */
final class SchemaStore {
    private static final ObjectMapper JSON = new ObjectMapper();

    record Version(String subject, int version, int id, String text) {}

    private final @Nullable Path file;
    private final List<String> texts = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new TreeMap<>();
    private final Map<String, Compatibility> levels = new TreeMap<>();
    private Compatibility level = Compatibility.BACKWARD;

    SchemaStore(@Nullable Path file) {
        this.file = file;
        if (file != null && Files.exists(file)) {
            load(file);
        }
    }

    synchronized int register(String subject, String text) throws RegistryRefusal {
        Schema schema = parse(text);
        List<Integer> versions = subjects.getOrDefault(subject, List.of());
        for (int id : versions) {
            if (parse(text(id)).equals(schema)) {
                return id;
            }
        }
        List<String> problems = level(subject).problems(schema, schemas(versions));
        if (!problems.isEmpty()) {
            throw new RegistryRefusal(
                    409,
                    "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                            + "\", details: " + problems);
        }
        String canonical = schema.toString();
        int id = texts.indexOf(canonical) + 1;
        if (id == 0) {
            texts.add(canonical);
            id = texts.size();
        }
        subjects.computeIfAbsent(subject, s -> new ArrayList<>()).add(id);
        save();
        return id;
    }

    synchronized Version lookUp(String subject, String text) throws RegistryRefusal {
        Schema schema = parse(text);
        List<Integer> versions = versionsOf(subject);
        for (int i = 0; i < versions.size(); i++) {
            if (parse(text(versions.get(i))).equals(schema)) {
                return new Version(subject, i + 1, versions.get(i), text(versions.get(i)));
            }
        }
        throw new RegistryRefusal(40403, "Schema not found");
    }

    synchronized Version version(String subject, String version) throws RegistryRefusal {
        List<Integer> versions = versionsOf(subject);
        int number;
        if (version.equals("latest") || version.equals("-1")) {
            number = versions.size();
        } else if (version.matches("[0-9]{1,9}") && Integer.parseInt(version) > 0) {
            number = Integer.parseInt(version);
        } else {
            throw new RegistryRefusal(42202, "The specified version '" + version + "' is not a valid version id");
        }
        if (number > versions.size()) {
            throw new RegistryRefusal(40402, "Version " + number + " not found.");
        }
        int id = versions.get(number - 1);
        return new Version(subject, number, id, text(id));
    }

    synchronized List<Integer> versions(String subject) throws RegistryRefusal {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 1; i <= versionsOf(subject).size(); i++) {
            numbers.add(i);
        }
        return numbers;
    }

    synchronized List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    synchronized String byId(String id) throws RegistryRefusal {
        if (!id.matches("-?[0-9]{1,10}") || Long.parseLong(id) < 1 || Long.parseLong(id) > texts.size()) {
            throw new RegistryRefusal(40403, "Schema " + id + " not found");
        }
        return text(Integer.parseInt(id));
    }

    /** Why the schema cannot follow that version of the subject; empty where it can. */
    synchronized List<String> problems(String subject, String version, String text) throws RegistryRefusal {
        Schema schema = parse(text);
        return level(subject)
                .problems(schema, List.of(parse(version(subject, version).text())));
    }

    synchronized Compatibility level(String subject) {
        return levels.getOrDefault(subject, level);
    }

    synchronized Compatibility level() {
        return level;
    }

    /** Sets the level of a subject, or of all that have none of their own. */
    synchronized void setLevel(@Nullable String subject, String name) throws RegistryRefusal {
        Compatibility next;
        try {
            next = Compatibility.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new RegistryRefusal(42203, "Invalid compatibility level: " + name);
        }
        if (subject == null) {
            level = next;
        } else {
            levels.put(subject, next);
        }
        save();
    }

    private List<Integer> versionsOf(String subject) throws RegistryRefusal {
        List<Integer> versions = subjects.get(subject);
        if (versions == null) {
            throw new RegistryRefusal(40401, "Subject '" + subject + "' not found.");
        }
        return versions;
    }

    private List<Schema> schemas(List<Integer> ids) throws RegistryRefusal {
        List<Schema> schemas = new ArrayList<>();
        for (int id : ids) {
            schemas.add(parse(text(id)));
        }
        return schemas;
    }

    private String text(int id) {
        return texts.get(id - 1);
    }

    private static Schema parse(String text) throws RegistryRefusal {
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException e) {
            throw new RegistryRefusal(42201, "Invalid schema: " + e.getMessage());
        }
    }

    private void save() {
        if (file == null) {
            return;
        }
        ObjectNode all = JSON.createObjectNode().put("compatibility", level.name());
        ObjectNode own = all.putObject("compatibilities");
        levels.forEach((subject, l) -> own.put(subject, l.name()));
        ArrayNode schemas = all.putArray("schemas");
        texts.forEach(schemas::add);
        ObjectNode versions = all.putObject("subjects");
        subjects.forEach((subject, ids) -> ids.forEach(versions.putArray(subject)::add));
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            JSON.writerWithDefaultPrettyPrinter().writeValue(next.toFile(), all);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the schemas to " + file, e);
        }
    }

    private void load(Path from) {
        try {
            JsonNode all = JSON.readTree(from.toFile());
            level = Compatibility.valueOf(all.path("compatibility").asText());
            all.path("compatibilities")
                    .properties()
                    .forEach(e -> levels.put(
                            e.getKey(), Compatibility.valueOf(e.getValue().asText())));
            all.path("schemas").forEach(s -> texts.add(s.asText()));
            all.path("subjects").properties().forEach(e -> {
                List<Integer> ids = new ArrayList<>();
                e.getValue().forEach(id -> ids.add(id.asInt()));
                subjects.put(e.getKey(), ids);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the schemas in " + from, e);
        }
    }
}
