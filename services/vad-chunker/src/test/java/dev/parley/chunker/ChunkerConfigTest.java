package dev.parley.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chunker.domain.ListeningSettings;
import dev.parley.records.EndReason;
import dev.parley.runtime.config.BadSettings;
import dev.parley.runtime.config.Settings;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chunker makes of its settings. */
class ChunkerConfigTest {
    private static ListeningSettings listening(Map<String, String> environment) {
        return ChunkerConfig.from(Settings.from(environment)).listening();
    }

    @Test
    void nothingSetMeansTheDefaults() {
        assertThat(listening(Map.of())).isEqualTo(ListeningSettings.DEFAULTS);
    }

    @Test
    void withoutTheSoftWindowAnUtteranceIsARecordingOfTheLengthThatIsSet() {
        ListeningSettings listening =
                listening(Map.of("USE_SOFT_WINDOW_INPUT", "false", "VAD_MAX_RECORDING_TIME", "12"));

        assertThat(listening.longest()).isEqualTo(600);
        assertThat(listening.longestReason()).isEqualTo(EndReason.MAX_RECORDING);
    }

    @ParameterizedTest
    @CsvSource({
        "CHUNK_STREAMING_SECONDS=1 CHUNK_OVERLAP_MS=600, CHUNK_OVERLAP_MS",
        "CHUNK_STREAMING_SECONDS=10 MAX_UTTERANCE_SECONDS=10, MAX_UTTERANCE_SECONDS",
        "BARGE_IN_SUSPECT_MS=400 BARGE_IN_GUARD_MS=300, BARGE_IN_SUSPECT_MS",
        "BARGE_IN_GUARD_MS=900 BARGE_IN_STOP_MS=800, BARGE_IN_GUARD_MS"
    })
    void settingsThatDoNotGoTogetherAreRefusedByName(String environment, String named) {
        Map<String, String> variables = new java.util.HashMap<>();
        for (String each : environment.split(" ")) {
            variables.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }

        assertThatThrownBy(() -> listening(variables))
                .asInstanceOf(InstanceOfAssertFactories.type(BadSettings.class))
                .extracting(BadSettings::problems)
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .singleElement()
                .asString()
                .startsWith(named);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> listening(Map.of(
                        "BARGE_IN_SUSPECT_MS", "400", "CHUNK_STREAMING_SECONDS", "10", "MAX_UTTERANCE_SECONDS", "10")))
                .hasMessageContaining("BARGE_IN_SUSPECT_MS")
                .hasMessageContaining("MAX_UTTERANCE_SECONDS");
    }
}
