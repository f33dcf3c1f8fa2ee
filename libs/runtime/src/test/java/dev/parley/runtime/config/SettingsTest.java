package dev.parley.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @Test
    void an_empty_environment_gives_the_defaults() {
        // When
        var settings = Settings.from(Map.of());

        // Then
        assertThat(settings.seconds(Setting.VAD_SILENCE_TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.seconds(Setting.SPEECH_MIN_DURATION)).isEqualTo(Duration.ofMillis(600));
        assertThat(settings.millis(Setting.BARGE_IN_GUARD_MS)).isEqualTo(300);
        assertThat(settings.millis(Setting.CHUNK_STREAMING_SECONDS)).isEqualTo(5000);
        assertThat(settings.integer(Setting.PREFETCH_MIN_CHARS)).isEqualTo(20);
        assertThat(settings.flag(Setting.USE_SOFT_WINDOW_INPUT)).isTrue();
        assertThat(settings.text(Setting.ENDPOINTING)).isEqualTo("silence");
        assertThat(settings.kafka()).containsEntry("bootstrap.servers", "localhost:9092");
    }

    @Test
    void every_default_is_in_its_own_range() {
        for (var setting : Setting.values()) {
            setting.byDefault()
                    .ifPresent(value -> assertThat(
                                    Settings.from(Map.of(setting.name(), value)).text(setting))
                            .isEqualTo(value));
        }
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', textBlock = """
                    VAD_SILENCE_TIMEOUT       | soon     | VAD_SILENCE_TIMEOUT=soon is no number (seconds, 0.2 to 10)
                    VAD_SILENCE_TIMEOUT       | 0.1      | VAD_SILENCE_TIMEOUT=0.1 is out of range (seconds, 0.2 to 10)
                    VAD_SILENCE_TIMEOUT       | 2000     | VAD_SILENCE_TIMEOUT=2000 is out of range (seconds, 0.2 to 10)
                    SPEECH_SILENCE_TIMEOUT    | 99       | SPEECH_SILENCE_TIMEOUT=99 is out of range (seconds, 0.2 to 10)
                    BARGE_IN_GUARD_MS         | 12.5     | BARGE_IN_GUARD_MS=12.5 is no whole number (milliseconds, 20 to 2000)
                    PREFETCH_MIN_CHARS        | -1       | PREFETCH_MIN_CHARS=-1 is out of range (1 to 1000)
                    BARGE_IN_ENABLED          | yes      | BARGE_IN_ENABLED=yes is neither true nor false
                    ASR_QUEUE                 | topic    | ASR_QUEUE=topic is not accepted (share or group)
                    ENDPOINTING               | adaptive | ENDPOINTING=adaptive is to come with a later version; this one accepts silence
                    ENDPOINTING               | quick    | ENDPOINTING=quick is not accepted (silence)
                    VAD_SILENCE_TIMOUT        | 2        | VAD_SILENCE_TIMOUT is no setting; did you mean VAD_SILENCE_TIMEOUT?
                    vad_silence_timeout       | 2        | vad_silence_timeout is no setting; did you mean VAD_SILENCE_TIMEOUT?
                    BARGE_IN_ENABLE           | true     | BARGE_IN_ENABLE is no setting; did you mean BARGE_IN_ENABLED?
                    PREFTCH_MIN_CHARS         | 9        | PREFTCH_MIN_CHARS is no setting; did you mean PREFETCH_MIN_CHARS?
                    NO_INPUT_SECOND           | 9        | NO_INPUT_SECOND is no setting; did you mean NO_INPUT_SECONDS?
                    VAD_COMPLETELY_MADE_UP    | 1        | VAD_COMPLETELY_MADE_UP is no setting; docs/settings.md lists them all
                    KAFKA_BOOTSTRAP_SERVER    | k:9092   | KAFKA_BOOTSTRAP_SERVER: Kafka's clients have no setting bootstrap.server; did you mean KAFKA_BOOTSTRAP_SERVERS?
                    KAFKA_ACKS                | 1        | KAFKA_ACKS cannot be set: Parley sets acks itself, since its guarantees rest on it
                    CHANNEL_MONITOR_INTERVAL  | 180      | CHANNEL_MONITOR_INTERVAL=180 must be less than CALL_INACTIVITY_TIMEOUT=180
                    CHUNK_STREAMING_SECONDS   | 30       | MAX_UTTERANCE_SECONDS=20 must be more than CHUNK_STREAMING_SECONDS=30
                    BARGE_IN_SUSPECT_MS       | 400      | BARGE_IN_SUSPECT_MS=400 must not be more than BARGE_IN_GUARD_MS=300
                    BARGE_IN_GUARD_MS         | 900      | BARGE_IN_GUARD_MS=900 must not be more than BARGE_IN_STOP_MS=800
                    VAD_MIN_RECORDING_TIME    | 9        | VAD_MIN_RECORDING_TIME=9 must not be more than VAD_MAX_RECORDING_TIME=8
                    VAD_SILENCE_TIMEOUT       | 8        | VAD_SILENCE_TIMEOUT=8 must be less than VAD_MAX_RECORDING_TIME=8
                    FILLER_DELAY_MS           | 8000     | FILLER_DELAY_MS=8000 must be less than REPLY_DEADLINE=8
                    MAX_CALL_SECONDS          | 15       | MAX_CALL_SECONDS=15 must be more than MAX_UTTERANCE_SECONDS=20
                    """)
    void what_cannot_be_is_refused_by_name(String name, String value, String problem) {
        // Given: a surrounding in which each of the comparisons can be wrong
        var environment = new java.util.HashMap<>(Map.of("VAD_MAX_RECORDING_TIME", "8", "MAX_UTTERANCE_SECONDS", "20"));
        environment.put(name, value);

        // When, Then
        assertThatThrownBy(() -> Settings.from(environment))
                .asInstanceOf(InstanceOfAssertFactories.type(BadSettings.class))
                .extracting(BadSettings::problems)
                .isEqualTo(List.of(problem));
    }

    @Test
    void an_overlap_must_leave_room_in_its_chunk() {
        assertThatThrownBy(() -> Settings.from(Map.of("CHUNK_STREAMING_SECONDS", "1", "CHUNK_OVERLAP_MS", "500")))
                .hasMessage(
                        "A setting is wrong: CHUNK_OVERLAP_MS=500 must be less than half of CHUNK_STREAMING_SECONDS=1");
    }

    @Test
    void the_leftover_of_older_installations_is_refused_with_advice() {
        assertThatThrownBy(() -> Settings.from(Map.of("SPEECH_MAX_RECORDING_TIME", "15")))
                .hasMessage(
                        "A setting is wrong: SPEECH_MAX_RECORDING_TIME is a leftover of older installations and does nothing; remove it. "
                                + "The length of an utterance is bounded by MAX_UTTERANCE_SECONDS, or by VAD_MAX_RECORDING_TIME where USE_SOFT_WINDOW_INPUT=false");
    }

    @Test
    void the_older_name_of_the_silence_is_understood() {
        assertThat(Settings.from(Map.of("SPEECH_SILENCE_TIMEOUT", "1.5")).seconds(Setting.VAD_SILENCE_TIMEOUT))
                .isEqualTo(Duration.ofMillis(1500));
        assertThat(Settings.from(Map.of("SPEECH_SILENCE_TIMEOUT", "2.0", "VAD_SILENCE_TIMEOUT", "2"))
                        .seconds(Setting.VAD_SILENCE_TIMEOUT))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void both_names_of_the_silence_with_different_values_are_refused() {
        assertThatThrownBy(() -> Settings.from(Map.of("SPEECH_SILENCE_TIMEOUT", "1.5", "VAD_SILENCE_TIMEOUT", "2")))
                .hasMessage(
                        "A setting is wrong: SPEECH_SILENCE_TIMEOUT=1.5 is the older name of VAD_SILENCE_TIMEOUT, which is 2: remove one of the two");
    }

    @Test
    void everything_wrong_is_said_at_once() {
        assertThatThrownBy(() ->
                        Settings.from(Map.of("VAD_SILENCE_TIMEOUT", "x", "ASR_ENGINE", "ears", "TTS_VOICE", "joe")))
                .hasMessage("""
                        3 settings are wrong:
                          VAD_SILENCE_TIMEOUT=x is no number (seconds, 0.2 to 10)
                          ASR_ENGINE=ears is not accepted (moonshine or vosk)
                          TTS_VOICE is no setting; docs/settings.md lists them all""");
    }

    @Test
    void what_others_put_into_the_environment_is_none_of_our_business() {
        // Given: shells, desktops, Kafka's scripts, Kubernetes' service links
        var environment = Map.ofEntries(
                Map.entry("PATH", "/bin"),
                Map.entry("LANGUAGE", "en_US:en"),
                Map.entry("HTTP_PROXY", "http://proxy"),
                Map.entry("LOGNAME", "joe"),
                Map.entry("KAFKA_HOME", "/opt/kafka"),
                Map.entry("KAFKA_HEAP_OPTS", "-Xmx1g"),
                Map.entry("KAFKA_PORT", "tcp://10.0.0.1:9092"),
                Map.entry("KAFKA_SERVICE_HOST", "10.0.0.1"),
                Map.entry("TTS_PLAYER_SERVICE_PORT_HTTP", "8090"),
                Map.entry("ASR_WORKER_PORT", "tcp://10.0.0.2:8080"),
                Map.entry("ASR_WORKER_PORT_8080_TCP_ADDR", "10.0.0.2"),
                Map.entry("VAD_SILENCE_TIMEOUT", ""));

        // When
        var settings = Settings.from(environment);

        // Then
        assertThat(settings.summary()).isEmpty();
        assertThat(settings.kafka()).containsOnlyKeys("bootstrap.servers");
    }

    @Test
    void settings_of_the_clients_go_through_by_their_own_names() {
        // When
        var settings = Settings.from(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2",
                "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                "SCHEMA_REGISTRY_URL", "http://registry",
                "SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO", "me:secret",
                "SCHEMA_REGISTRY_SSL_TRUSTSTORE_LOCATION", "/trust",
                "SCHEMA_REGISTRY_AUTO_REGISTER_SCHEMAS", "false"));

        // Then
        assertThat(settings.kafka())
                .containsEntry("bootstrap.servers", "a:1,b:2")
                .containsEntry("security.protocol", "SASL_SSL");
        assertThat(settings.schemaRegistry())
                .containsEntry("schema.registry.url", "http://registry")
                .containsEntry("basic.auth.user.info", "me:secret")
                .containsEntry("schema.registry.ssl.truststore.location", "/trust")
                .containsEntry("auto.register.schemas", "false");
    }

    @Test
    void secrets_may_come_from_files(@TempDir Path folder) throws IOException {
        // Given
        var password = Files.writeString(folder.resolve("ari"), "hush\n");
        var jaas = Files.writeString(folder.resolve("jaas"), "module required;\n");

        // When
        var settings = Settings.from(
                Map.of("ARI_PASSWORD_FILE", password.toString(), "KAFKA_SASL_JAAS_CONFIG_FILE", jaas.toString()));

        // Then
        assertThat(settings.text(Setting.ARI_PASSWORD)).isEqualTo("hush");
        assertThat(settings.kafka()).containsEntry("sasl.jaas.config", "module required;");
        assertThat(settings.toString()).doesNotContain("hush").contains("ARI_PASSWORD=***");
    }

    @Test
    void a_file_that_is_not_there_is_named(@TempDir Path folder) {
        var missing = folder.resolve("nothing");
        assertThatThrownBy(() -> Settings.from(Map.of("ARI_PASSWORD_FILE", missing.toString())))
                .hasMessageContaining("ARI_PASSWORD_FILE=" + missing + " cannot be read");
    }

    @Test
    void a_secret_that_a_service_needs_and_nobody_gave_is_named() {
        assertThatThrownBy(() ->
                        Settings.from(Map.of()).require(Setting.ARI_PASSWORD, Setting.PARLEY_MODELS, Setting.LOG_LEVEL))
                .asInstanceOf(InstanceOfAssertFactories.type(BadSettings.class))
                .extracting(BadSettings::problems)
                .isEqualTo(List.of(
                        "ARI_PASSWORD is not set: The password of ARI_USERNAME.",
                        "PARLEY_MODELS is not set: The folder of the speech models; ./parley models fills it."));
    }

    @Test
    void a_greeting_may_be_nothing() {
        assertThat(Settings.from(Map.of("GREETING", "")).text(Setting.GREETING)).isEmpty();
    }
}
