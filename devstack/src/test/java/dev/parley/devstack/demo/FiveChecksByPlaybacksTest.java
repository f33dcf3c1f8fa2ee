package dev.parley.devstack.demo;

import java.util.Map;

/**
 * What depends on how the bot speaks, where Asterisk plays what the player asks for. The other checks are about listening, and
 * are run for this way too with PLAYBACK=ari in the environment of {@link FiveChecksTest}.
 */
class FiveChecksByPlaybacksTest extends FiveChecksTest {
    @Override
    Map<String, String> speaking() {
        return Map.of("PLAYBACK", "ari", "BOT_LEVEL_TAP", "true");
    }

    @Override
    void halfAMinuteOfUnbrokenSpeechGoesOutInChunksAndLosesNothingOfItsTail() {}

    @Override
    void pausesOfOneAndAHalfToNearlyTwoSecondsDoNotEndATurn() {}

    @Override
    void anIdleCallIsNotDroppedBeforeItsTimeOut() {}
}
