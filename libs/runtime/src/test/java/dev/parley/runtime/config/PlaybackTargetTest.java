package dev.parley.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaybackTargetTest {
    @Test
    void the_channel_is_played_to_unless_asked_otherwise() {
        assertThat(of()).isEqualTo(PlaybackTarget.CHANNEL);
        assertThat(of("PLAYBACK", "ari")).isEqualTo(PlaybackTarget.CHANNEL);
        assertThat(of("PLAYBACK", "ari", "PLAYBACK_TARGET", "bridge")).isEqualTo(PlaybackTarget.BRIDGE);
        assertThat(of("PLAYBACK", "ari", "PLAYBACK_TARGET", "bridge", "BARGE_IN_MODE", "hard"))
                .isEqualTo(PlaybackTarget.REBUILT_BRIDGE);
    }

    @Test
    void what_does_not_go_together_is_named_with_what_to_do() {
        assertThatThrownBy(() -> of("PLAYBACK", "ari", "BARGE_IN_MODE", "hard"))
                .isInstanceOf(BadSettings.class)
                .hasMessageContaining("BARGE_IN_MODE=hard")
                .hasMessageContaining("set PLAYBACK=ari and PLAYBACK_TARGET=bridge");
        assertThatThrownBy(() -> of("PLAYBACK", "stream", "BARGE_IN_MODE", "hard"))
                .isInstanceOf(BadSettings.class)
                .hasMessageContaining("BARGE_IN_MODE=hard");
        assertThatThrownBy(() -> of("PLAYBACK", "stream", "PLAYBACK_TARGET", "bridge"))
                .isInstanceOf(BadSettings.class)
                .hasMessageContaining("PLAYBACK_TARGET=bridge")
                .hasMessageContaining("leave it out, or set PLAYBACK=ari");
    }

    private static PlaybackTarget of(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return PlaybackTarget.of(Settings.from(environment));
    }
}
