package dev.parley.testkit.asterisk;

/** The contract of {@link PlaybackControlContract} on the simulated Asterisk. */
class PlaybackControlTest extends PlaybackControlContract {
    @Override
    Lab newLab() {
        return new SimulatedLab();
    }
}
