package dev.parley.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** The registry behind {@code mock://<scope>}: lives as long as the process, knows nothing of compatibility. */
final class InProcessSchemaRegistry implements SchemaRegistry {
    private static final Map<String, InProcessSchemaRegistry> SCOPES = new ConcurrentHashMap<>();

    private final String scope;
    private final List<Schema> schemas = new ArrayList<>();
    private final Map<String, List<Integer>> subjects = new HashMap<>();

    private InProcessSchemaRegistry(String scope) {
        this.scope = scope;
    }

    static InProcessSchemaRegistry ofScope(String scope) {
        return SCOPES.computeIfAbsent(scope, InProcessSchemaRegistry::new);
    }

    @Override
    public synchronized int register(String subject, Schema schema) {
        int id = schemas.indexOf(schema) + 1;
        if (id == 0) {
            schemas.add(schema);
            id = schemas.size();
        }
        List<Integer> versions = subjects.computeIfAbsent(subject, s -> new ArrayList<>());
        if (!versions.contains(id)) {
            versions.add(id);
        }
        return id;
    }

    @Override
    public synchronized int idOf(String subject, Schema schema) {
        int id = schemas.indexOf(schema) + 1;
        if (!versions(subject).contains(id)) {
            throw notFound("subject " + subject + " has no such schema", SchemaRegistryException.SCHEMA_NOT_FOUND);
        }
        return id;
    }

    @Override
    public synchronized Registered latest(String subject) {
        List<Integer> versions = versions(subject);
        int id = versions.getLast();
        return new Registered(id, versions.size(), schemas.get(id - 1));
    }

    @Override
    public synchronized Schema byId(int id) {
        if (id < 1 || id > schemas.size()) {
            throw notFound("no schema has the id " + id, SchemaRegistryException.SCHEMA_NOT_FOUND);
        }
        return schemas.get(id - 1);
    }

    /** Nothing to give back: others may use the same scope. */
    @Override
    public void close() {}

    private List<Integer> versions(String subject) {
        List<Integer> versions = subjects.get(subject);
        if (versions == null) {
            throw notFound("there is no subject " + subject, SchemaRegistryException.SUBJECT_NOT_FOUND);
        }
        return versions;
    }

    private SchemaRegistryException notFound(String what, int errorCode) {
        return new SchemaRegistryException("Schema registry mock://" + scope + ": " + what, 404, errorCode, null);
    }
}
