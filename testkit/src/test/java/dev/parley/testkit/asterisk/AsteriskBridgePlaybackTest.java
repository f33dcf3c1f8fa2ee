package dev.parley.testkit.asterisk;

/** The contract of {@link BridgePlaybackContract} on Asterisk itself. */
@OnAsterisk
class AsteriskBridgePlaybackTest extends BridgePlaybackContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
