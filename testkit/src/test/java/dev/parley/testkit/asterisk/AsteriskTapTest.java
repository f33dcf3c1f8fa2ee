package dev.parley.testkit.asterisk;

/** The contract of {@link TapContract} on Asterisk itself. */
@OnAsterisk
class AsteriskTapTest extends TapContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
