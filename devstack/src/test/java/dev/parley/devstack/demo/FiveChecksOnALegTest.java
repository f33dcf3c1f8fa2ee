package dev.parley.devstack.demo;

import java.util.Map;

/**
 * What depends on how the bot speaks, where the gateway streams its voice into a websocket leg. The other checks are about listening,
 * and are run for this way too with PLAYBACK=stream in the environment of {@link FiveChecksTest}.
 */
class FiveChecksOnALegTest extends FiveChecksTest {
    @Override
    Map<String, String> speaking() {
        return Map.of("PLAYBACK", "stream");
    }

    @Override
    void halfAMinuteOfUnbrokenSpeechGoesOutInChunksAndLosesNothingOfItsTail() {}

    @Override
    void pausesOfOneAndAHalfToNearlyTwoSecondsDoNotEndATurn() {}

    @Override
    void anIdleCallIsNotDroppedBeforeItsTimeOut() {}
}
