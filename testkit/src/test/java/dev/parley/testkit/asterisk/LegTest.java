package dev.parley.testkit.asterisk;

/** The contract of {@link LegContract} on the simulated Asterisk. */
class LegTest extends LegContract {
    @Override
    Lab newLab() {
        return new SimulatedLab();
    }
}
