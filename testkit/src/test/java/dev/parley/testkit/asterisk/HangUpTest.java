package dev.parley.testkit.asterisk;

/** The contract of {@link HangUpContract} on the simulated Asterisk. */
class HangUpTest extends HangUpContract {
    @Override
    Lab newLab() {
        return new SimulatedLab();
    }
}
