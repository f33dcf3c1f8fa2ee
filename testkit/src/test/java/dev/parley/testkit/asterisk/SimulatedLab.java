package dev.parley.testkit.asterisk;

/** A lab whose Asterisk can be told to fail, and looked into. */
final class SimulatedLab extends Lab {
    final SimulatedAsterisk asterisk;

    SimulatedLab() {
        this(new SimulatedTelephony());
    }

    private SimulatedLab(SimulatedTelephony telephony) {
        super(telephony);
        this.asterisk = telephony.asterisk();
    }

    @Override
    SimulatedCall call() {
        return (SimulatedCall) super.call();
    }

    /** It is this test's own, and may have crashed. */
    @Override
    public void close() {
        ari.close();
        asterisk.close();
    }
}
