package dev.parley.testkit.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** Which schemas a subject takes after those that it has; Confluent's levels. */
enum Compatibility {
    NONE(false, false, false),
    /** The new schema reads what the newest wrote. */
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    /** The newest schema reads what the new one will write. */
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean backward;
    private final boolean forward;
    private final boolean withAll;

    Compatibility(boolean backward, boolean forward, boolean withAll) {
        this.backward = backward;
        this.forward = forward;
        this.withAll = withAll;
    }

    /** Why a schema is refused after these, oldest first; empty where it is taken. */
    List<String> problems(Schema next, List<Schema> before) {
        List<Schema> compared = withAll || before.isEmpty() ? before : List.of(before.getLast());
        return compared.stream()
                .flatMap(old -> {
                    List<Incompatibility> found = new ArrayList<>();
                    if (backward) {
                        found.addAll(check(next, old));
                    }
                    if (forward) {
                        found.addAll(check(old, next));
                    }
                    return found.stream();
                })
                .map(i -> i.getType() + " at " + i.getLocation() + ": " + i.getMessage())
                .distinct()
                .toList();
    }

    private static List<Incompatibility> check(Schema reader, Schema writer) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        return result.getType() == SchemaCompatibilityType.COMPATIBLE
                ? List.of()
                : result.getResult().getIncompatibilities();
    }
}
