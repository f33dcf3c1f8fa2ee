package dev.parley.testkit.asterisk;

/** The contract of {@link MediaContract} on Asterisk itself. */
@OnAsterisk
class AsteriskMediaTest extends MediaContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
