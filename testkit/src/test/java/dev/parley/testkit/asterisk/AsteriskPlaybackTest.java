package dev.parley.testkit.asterisk;

/** The contract of {@link PlaybackContract} on Asterisk itself. */
@OnAsterisk
class AsteriskPlaybackTest extends PlaybackContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
