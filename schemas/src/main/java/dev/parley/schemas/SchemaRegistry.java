package dev.parley.schemas;

import java.util.Map;
import org.apache.avro.Schema;

/**
 * A schema registry, as serializers and deserializers need it. Safe for any number of threads; answers that cannot change are cached.
 * Every method may block on the network and throws {@link SchemaRegistryException}.
 */
public interface SchemaRegistry extends AutoCloseable {

    /** A schema as the registry knows it under a subject. */
    record Registered(int id, int version, Schema schema) {}

    /** Registers the schema under the subject, where it is not yet, and gives its id. */
    int register(String subject, Schema schema);

    /** The id of a schema that is registered under the subject already. */
    int idOf(String subject, Schema schema);

    /** The newest schema of the subject; asked anew each time. */
    Registered latest(String subject);

    /** The schema of an id; a {@link SchemaRegistryException#SCHEMA_NOT_FOUND} where there is none. */
    Schema byId(int id);

    @Override
    void close();

    /**
     * The registry that {@code schema.registry.url} names: one or more {@code http(s)://…}, separated by commas, or
     * {@code mock://<scope>}, which is shared by everyone in this process who names the same scope.
     *
     * @param config Confluent's client settings, as Kafka hands them to serializers
     */
    static SchemaRegistry connect(Map<String, ?> config) {
        Object url = config.get("schema.registry.url");
        if (url == null || url.toString().isBlank()) {
            throw new IllegalArgumentException("schema.registry.url is not set: name the schema registry,"
                    + " such as http://registry:8081, or mock://name for one inside this process");
        }
        String text = url.toString().strip();
        if (text.startsWith("mock://")) {
            return InProcessSchemaRegistry.ofScope(text.substring("mock://".length()));
        }
        return new HttpSchemaRegistry(config);
    }
}
