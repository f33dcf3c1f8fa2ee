package dev.parley.testkit.asterisk;

/** The contract of {@link LegContract} on Asterisk itself. */
@OnAsterisk
class AsteriskLegTest extends LegContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
