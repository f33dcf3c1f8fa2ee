package dev.parley.testkit.asterisk;

/** The contract of {@link BridgePlaybackContract} on the simulated Asterisk. */
class BridgePlaybackTest extends BridgePlaybackContract {
    @Override
    Lab newLab() {
        return new SimulatedLab();
    }
}
