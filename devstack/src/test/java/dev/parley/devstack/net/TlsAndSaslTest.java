package dev.parley.devstack.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.audio.Sound;
import dev.parley.devstack.scale.ChunkQueue;
import dev.parley.records.UtteranceChunk;
import dev.parley.runtime.Metrics;
import dev.parley.runtime.Unavailable;
import dev.parley.runtime.config.Settings;
import dev.parley.runtime.kafka.KafkaConnection;
import dev.parley.runtime.kafka.TopicTail;
import dev.parley.schemas.TopicOptions;
import dev.parley.schemas.TopicRegistry;
import dev.parley.schemas.Topics;
import dev.parley.testkit.kafka.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker with TLS and SASL, a registry with TLS and a password: settings alone, secrets in files. */
@Timeout(120)
class TlsAndSaslTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String JAAS =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\"%s;";

    @TempDir
    private static Path folder;

    private static Certificate certificate;
    private static EmbeddedKafka kafka;
    private static SecuredRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        certificate = Certificate.make(folder);
        var users = " user_broker=\"%1$s\" user_parley=\"%1$s\"".formatted(Certificate.PASSWORD);
        Map<String, String> secured = new HashMap<>();
        secured.put("listener.security.protocol.map", "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT");
        secured.put("inter.broker.listener.name", "PLAINTEXT");
        secured.put("sasl.enabled.mechanisms", "PLAIN");
        secured.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        secured.put(
                "listener.name.plaintext.plain.sasl.jaas.config",
                JAAS.formatted("broker", Certificate.PASSWORD, users));
        secured.put("ssl.keystore.type", "PKCS12");
        secured.put("ssl.keystore.location", certificate.keys().toString());
        secured.put("ssl.keystore.password", Certificate.PASSWORD);
        secured.put("ssl.key.password", Certificate.PASSWORD);
        secured.put("ssl.truststore.type", "PEM");
        secured.put("ssl.truststore.location", certificate.trusted().toString());
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), secured);
        registry = new SecuredRegistry(certificate);
    }

    @AfterAll
    static void stop() {
        registry.close();
        kafka.close();
    }

    private static Map<String, String> settings(String password) throws Exception {
        Path jaas = Files.writeString(folder.resolve("jaas-" + password), JAAS.formatted("parley", password, ""));
        Map<String, String> settings = new HashMap<>();
        settings.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        settings.put("KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
        settings.put("KAFKA_SASL_MECHANISM", "PLAIN");
        settings.put("KAFKA_SASL_JAAS_CONFIG_FILE", jaas.toString());
        settings.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
        settings.put("KAFKA_SSL_TRUSTSTORE_LOCATION", certificate.trusted().toString());
        settings.put("SCHEMA_REGISTRY_URL", registry.url());
        settings.put("SCHEMA_REGISTRY_SSL_TRUSTSTORE_TYPE", "PEM");
        settings.put(
                "SCHEMA_REGISTRY_SSL_TRUSTSTORE_LOCATION", certificate.trusted().toString());
        settings.put("SCHEMA_REGISTRY_BASIC_AUTH_CREDENTIALS_SOURCE", "USER_INFO");
        settings.put("SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO", SecuredRegistry.USER + ":" + Certificate.PASSWORD);
        settings.put("START_PATIENCE", "5");
        return settings;
    }

    private static KafkaConnection connect(Map<String, String> settings) {
        return KafkaConnection.open(Settings.from(settings), Metrics.inMemory());
    }

    @Test
    void records_and_schemas_go_through_tls_with_names_and_passwords() throws Exception {
        var read = new ConcurrentLinkedQueue<UtteranceChunk>();
        try (var connection = connect(settings(Certificate.PASSWORD))) {
            // Given
            TopicRegistry.ensure(connection.admin(), TopicOptions.DEFAULT.withPartitions(1, 1, 1));
            connection.awaitTopics(() -> true);

            // When
            try (var queue = new ChunkQueue(connection);
                    var other = connect(settings(Certificate.PASSWORD));
                    var tail = TopicTail.start(
                            other,
                            Topics.UTTERANCE_CHUNKS,
                            TopicTail.From.BEGINNING,
                            record -> read.add(record.value()))) {
                queue.put("tls~1", Sound.ofLine(new short[320]));

                // Then
                await().atMost(SOON).until(() -> !read.isEmpty());
                assertThat(tail.live()).isTrue();
            }
        }
        assertThat(read.element().getCallId()).isEqualTo("tls~1");
        assertThat(registry.served()).isPositive();
    }

    @Test
    void a_wrong_password_ends_the_start_and_is_named_without_being_told() throws Exception {
        try (var connection = connect(settings("wrong"))) {
            assertThatThrownBy(() -> connection.awaitTopics(() -> true))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("refuses this client")
                    .hasMessageNotContaining("wrong");
        }
    }

    @Test
    void a_broker_whose_certificate_nobody_vouches_for_is_not_talked_to() throws Exception {
        var settings = settings(Certificate.PASSWORD);
        settings.remove("KAFKA_SSL_TRUSTSTORE_TYPE");
        settings.remove("KAFKA_SSL_TRUSTSTORE_LOCATION");
        try (var connection = connect(settings)) {
            assertThatThrownBy(() -> connection.awaitTopics(() -> true)).isInstanceOf(Unavailable.class);
        }
    }
}
