package dev.parley.runtime.kafka;

import dev.parley.runtime.Metrics;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Setting;
import dev.parley.runtime.config.Settings;
import dev.parley.schemas.AvroSerializer;
import dev.parley.schemas.SchemaRegistry;
import dev.parley.schemas.SchemaRegistryException;
import dev.parley.schemas.Topic;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.schemas.Topics;
import dev.parley.schemas.UnfitTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's way to Kafka and to the schema registry: makes publishers (one producer for each {@link PublishProfile}, shared), consumers and the admin client, all
 * with the {@code KAFKA_*} settings. Usable from any thread.
 */
public final class KafkaConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaConnection.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final Settings settings;
    private final Metrics metrics;
    private final SchemaRegistry registry;
    private final AvroSerializer<SpecificRecord> serializer;
    private final RecordReader reader;
    private final Admin admin;
    private final TopicOptions topicOptions;
    private final Map<PublishProfile, KafkaPublisher> publishers = new EnumMap<>(PublishProfile.class);
    private boolean topicsReady;

    private KafkaConnection(Settings settings, Metrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.topicOptions = topicOptions(settings);
        this.registry = SchemaRegistry.connect(settings.schemaRegistry());
        this.serializer = new AvroSerializer<>(registry, settings.schemaRegistry());
        this.reader = new RecordReader(registry);
        this.admin = Admin.create(config(AdminClientConfig.configNames(), Map.of()));
    }

    /**
     * Makes a connection; nothing is asked of Kafka yet.
     *
     * @throws BadSettings for client settings that cannot be
     * @throws Unavailable when no address of Kafka has a name that can be resolved
     */
    public static KafkaConnection open(Settings settings, Metrics metrics) {
        try {
            return new KafkaConnection(settings, metrics);
        } catch (IllegalArgumentException e) { // of the schema registry's client or of the topics' options
            var problem = String.valueOf(e.getMessage());
            throw new BadSettings(
                    List.of((problem.startsWith("Topics") ? "TOPIC_*: " : "SCHEMA_REGISTRY_*: ") + problem));
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (String.valueOf(cause.getMessage()).contains("No resolvable bootstrap")) {
                throw new Unavailable(
                        "No address of Kafka can be resolved: "
                                + settings.kafka().get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)
                                + " (KAFKA_BOOTSTRAP_SERVERS).",
                        e);
            }
            if (cause instanceof ConfigException) {
                throw new BadSettings(List.of("KAFKA_*: " + cause.getMessage()));
            }
            throw e;
        }
    }

    /**
     * Waits until Kafka and the schema registry answer, then makes the topics that are missing and registers their schemas. Says every few seconds what it waits for.
     *
     * @param goOn whether to wait on; asked often
     * @throws Unavailable after {@code START_PATIENCE}, or when a topic's settings would break Parley
     */
    public void awaitTopics(BooleanSupplier goOn) {
        var patience = settings.seconds(Setting.START_PATIENCE);
        var deadline = Instant.now().plus(patience);
        while (goOn.getAsBoolean()) {
            String problem;
            try {
                AdminAnswer.of(admin.describeCluster().clusterId());
                TopicRegistry.ensure(admin, topicOptions);
                Topics.ALL.forEach(serializer::prepare);
                preparePublishers();
                return;
            } catch (UnfitTopics e) {
                throw new Unavailable(
                        "Kafka at " + bootstrap() + " has topics that would break Parley. " + e.getMessage(), e);
            } catch (SchemaRegistryException e) {
                problem = "The schema registry cannot be used (SCHEMA_REGISTRY_URL): " + e.getMessage();
                if (!e.retriable()) {
                    throw new Unavailable(problem, e);
                }
            } catch (AuthenticationException | AuthorizationException e) {
                throw new Unavailable(
                        "Kafka at " + bootstrap() + " refuses this client: " + e.getMessage()
                                + " (KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_*).",
                        e);
            } catch (KafkaException e) {
                problem = noAnswer() + ": " + e.getMessage();
            }
            if (Instant.now().isAfter(deadline)) {
                throw new Unavailable(problem + ". Gave up after " + patience.toSeconds() + " s (START_PATIENCE).");
            }
            LOG.atWarn().addKeyValue("problem", problem).log("Waiting");
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }
    }

    private void preparePublishers() {
        synchronized (publishers) {
            publishers.values().forEach(KafkaConnection::prepare);
            topicsReady = true;
        }
    }

    private static void prepare(KafkaPublisher publisher) {
        Topics.ALL.forEach(topic -> publisher.prepare(topic.name()));
        publisher.prepare(Topics.DEAD_LETTERS);
    }

    /** The publisher of a profile; closed with this connection. */
    public Publisher publisher(PublishProfile profile) {
        return kafkaPublisher(profile);
    }

    /** Where to put records that cannot be used. */
    public DeadLetters deadLetters() {
        return new DeadLetters(kafkaPublisher(PublishProfile.LIVE), serializer, metrics);
    }

    /** Closed with this connection. */
    public Admin admin() {
        return admin;
    }

    public Metrics metrics() {
        return metrics;
    }

    /** What the schema of a record is asked of; closed with this connection. */
    public SchemaRegistry schemaRegistry() {
        return registry;
    }

    /**
     * A consumer of raw bytes that commits by itself only when told to. The caller closes it.
     *
     * @param more in addition to the settings of this connection, or instead: the group, how many records a poll
     */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, ?> more) {
        return new KafkaConsumer<>(consumerConfig(more), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The settings of a consumer, or share consumer, of this connection. */
    public Map<String, Object> consumerConfig(Map<String, ?> more) {
        Map<String, Object> ours = new HashMap<>();
        ours.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        ours.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        ours.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        ours.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        ours.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        ours.putAll(more);
        return config(ConsumerConfig.configNames(), ours);
    }

    /** A record that was accepted and could not be delivered in time: whoever published it must begin anew from the log. Empty while all is well. */
    public Optional<String> fault() {
        synchronized (publishers) {
            return publishers.values().stream()
                    .flatMap(publisher -> publisher.undelivered().stream())
                    .findFirst()
                    .map(what -> "A record could not be delivered to " + what);
        }
    }

    /**
     * How many partitions topics have, by name.
     *
     * @throws Unavailable when Kafka does not answer or has them not
     */
    Map<String, Integer> partitionCounts(Collection<Topic<?>> topics) {
        var names = topics.stream().map(Topic::name).toList();
        Map<String, Integer> counts = new TreeMap<>();
        try {
            AdminAnswer.of(admin.describeTopics(names).allTopicNames())
                    .forEach(
                            (name, topic) -> counts.put(name, topic.partitions().size()));
            return counts;
        } catch (KafkaException e) {
            throw new Unavailable(
                    "Kafka at " + bootstrap() + " cannot tell about the topics " + names + ": " + e.getMessage(), e);
        }
    }

    private String noAnswer() {
        return "Kafka does not answer at " + bootstrap() + " (KAFKA_BOOTSTRAP_SERVERS)";
    }

    /** {@code host:port,…} of Kafka. */
    public String bootstrap() {
        return settings.kafka().getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
    }

    RecordReader reader() {
        return reader;
    }

    /** Delivers what has been published, for 10 s at most, and closes everything that this connection has made, consumers excepted. */
    @Override
    public void close() {
        synchronized (publishers) {
            publishers.values().forEach(publisher -> publisher.close(CLOSE_WITHIN));
            publishers.clear();
        }
        admin.close(CLOSE_WITHIN);
        registry.close();
    }

    private KafkaPublisher kafkaPublisher(PublishProfile profile) {
        synchronized (publishers) {
            @Nullable KafkaPublisher made = publishers.get(profile);
            if (made == null) {
                made = new KafkaPublisher(producer(profile), serializer, metrics);
                publishers.put(profile, made);
                if (topicsReady) {
                    prepare(made);
                }
            }
            return made;
        }
    }

    private KafkaProducer<byte[], byte[]> producer(PublishProfile profile) {
        Map<String, Object> ours = new HashMap<>();
        ours.put(ProducerConfig.ACKS_CONFIG, "all");
        ours.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // One request at a time. Of several, a broker that has just started may refuse the first (it does not lead the
        // partition
        // yet) and take the second. Where this producer had written nothing to the partition, that one passes for its
        // beginning,
        // and the first is refused until it is given up.
        ours.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        ours.put(ProducerConfig.LINGER_MS_CONFIG, profile.lingerMillis);
        ours.put(ProducerConfig.BUFFER_MEMORY_CONFIG, profile.bufferBytes);
        ours.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 50);
        ours.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topicOptions.maxMessageBytes());
        ours.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        // What is known of topics is kept while Kafka is away: else each record would block for it, and be refused.
        ours.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, TimeUnit.DAYS.toMillis(1));
        ours.put("metadata.recovery.strategy", "none");
        return new KafkaProducer<>(
                config(ProducerConfig.configNames(), ours), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static TopicOptions topicOptions(Settings settings) {
        int partitions = settings.integer(Setting.TOPIC_PARTITIONS);
        boolean shareGroup = settings.text(Setting.ASR_QUEUE).equals("share");
        var cut = settings.flag(Setting.USE_SOFT_WINDOW_INPUT)
                ? settings.seconds(Setting.CHUNK_STREAMING_SECONDS).plus(settings.duration(Setting.CHUNK_OVERLAP_MS))
                : settings.seconds(Setting.VAD_MAX_RECORDING_TIME);
        var usual = TopicOptions.DEFAULT;
        // A cut waits for a quiet frame, and an overlap is stretched back to one.
        var chunk = cut.plusSeconds(5).compareTo(usual.longestChunk()) > 0 ? cut.plusSeconds(5) : usual.longestChunk();
        return usual.withPartitions(
                        partitions, shareGroup ? 1 : partitions, settings.integer(Setting.TOPIC_REPLICATION))
                .withLongest(settings.seconds(Setting.MAX_CALL_SECONDS), chunk, usual.longestSpoken());
    }

    /** Ours, and over them those of {@code KAFKA_*} that this kind of client knows. */
    private Map<String, Object> config(Set<String> known, Map<String, Object> ours) {
        var all = new HashMap<>(ours);
        settings.kafka().forEach((key, value) -> {
            if (known.contains(key)) {
                all.put(key, value);
            }
        });
        return all;
    }
}
