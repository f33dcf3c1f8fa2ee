package dev.parley.devstack.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.schemas.CallBridge;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What depends on how the bot speaks, where it is heard in a bridge that each interruption rebuilds. */
class FiveChecksInABridgeTest extends FiveChecksByPlaybacksTest {
    @Override
    Map<String, String> speaking() {
        return Map.of("PLAYBACK", "ari", "PLAYBACK_TARGET", "bridge", "BARGE_IN_MODE", "hard");
    }

    @Test
    @Override
    void speechOverTheBotSilencesItAtOnceAndIsLogged() throws Exception {
        super.speechOverTheBotSilencesItAtOnceAndIsLogged();

        // The answer after it was played to another bridge than the one that was interrupted.
        assertThat(stack.asterisk().requests())
                .filteredOn(request ->
                        request.method().equals("POST") && request.path().contains("/play/"))
                .allMatch(request -> request.path().contains("/bridges/"))
                .anyMatch(request -> request.status() == 201 && isRebuilt(request.path()));
    }

    private static boolean isRebuilt(String path) {
        String bridge = path.replaceFirst(".*/bridges/", "").replaceFirst("/play/.*", "");
        return CallBridge.of(bridge).filter(one -> one.voidBefore() > 0).isPresent();
    }
}
