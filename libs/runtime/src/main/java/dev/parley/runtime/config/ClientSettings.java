package dev.parley.runtime.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The settings that go through to Kafka's clients and to the schema registry's, by prefix: {@code KAFKA_SECURITY_PROTOCOL} is {@code security.protocol},
 * {@code SCHEMA_REGISTRY_URL} is {@code schema.registry.url}. Each of them may stand in a file ({@code KAFKA_SASL_JAAS_CONFIG_FILE}).
 */
final class ClientSettings {
    static final String DEFAULT_BOOTSTRAP = "localhost:9092";
    static final String DEFAULT_REGISTRY = "http://localhost:8081";

    private static final String KAFKA = "KAFKA_";
    private static final String REGISTRY = "SCHEMA_REGISTRY_";

    /** Of Kafka's own scripts and images; not for clients. */
    private static final Pattern NOT_FOR_CLIENTS =
            Pattern.compile("KAFKA_(HOME|VERSION|OPTS|DEBUG|HEAP_OPTS|GC_LOG_OPTS|JMX_.*|JVM_.*|LOG4J_.*|LOG_DIR.*)");

    /** What the guarantees rest on: Parley sets these itself. */
    private static final Set<String> OURS = Set.of(
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG);

    private static final Set<String> WITHOUT_PREFIX = Set.of(
            "auto.register.schemas", "use.latest.version", "value.subject.name.strategy", "key.subject.name.strategy");

    private final Map<String, String> kafka = new TreeMap<>();
    private final Map<String, String> schemaRegistry = new TreeMap<>();

    ClientSettings(Map<String, String> environment, List<String> problems) {
        var known = new TreeSet<>(ConsumerConfig.configNames());
        known.addAll(ProducerConfig.configNames());
        known.addAll(AdminClientConfig.configNames());
        kafka.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, DEFAULT_BOOTSTRAP);
        schemaRegistry.put("schema.registry.url", DEFAULT_REGISTRY);
        environment.forEach((name, direct) -> {
            boolean forKafka = name.startsWith(KAFKA);
            if ((!forKafka && !name.startsWith(REGISTRY))
                    || direct.isBlank()
                    || UnknownNames.injected(name, environment)
                    || NOT_FOR_CLIENTS.matcher(name).matches()) {
                return;
            }
            boolean fromFile = name.endsWith(FileValue.SUFFIX);
            var bare = fromFile ? name.substring(0, name.length() - FileValue.SUFFIX.length()) : name;
            var value = fromFile ? FileValue.read(environment, bare, problems).orElse("") : direct.strip();
            if (forKafka) {
                var key = dotted(bare.substring(KAFKA.length()));
                if (OURS.contains(key)) {
                    problems.add(
                            name + " cannot be set: Parley sets " + key + " itself, since its guarantees rest on it");
                } else if (!known.contains(key)) {
                    problems.add(name + ": Kafka's clients have no setting " + key
                            + Names.nearest(bare, known.stream().map(ClientSettings::kafkaName), 4)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse(""));
                } else {
                    kafka.put(key, value);
                }
            } else {
                schemaRegistry.put(registryKey(dotted(bare.substring(REGISTRY.length()))), value);
            }
        });
    }

    Map<String, String> kafka() {
        return kafka;
    }

    Map<String, String> schemaRegistry() {
        return schemaRegistry;
    }

    private static String kafkaName(String key) {
        return KAFKA + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static String dotted(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static String registryKey(String key) {
        return WITHOUT_PREFIX.contains(key) || key.startsWith("basic.auth.") || key.startsWith("bearer.auth.")
                ? key
                : "schema.registry." + key;
    }
}
