package dev.parley.testkit.asterisk;

/** The contract of {@link HangUpContract} on Asterisk itself. */
@OnAsterisk
class AsteriskHangUpTest extends HangUpContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
