package dev.parley.testkit.asterisk;

/** The contract of {@link MediaContract} on the simulated Asterisk. */
class MediaTest extends MediaContract {
    @Override
    Lab newLab() {
        return new SimulatedLab();
    }
}
