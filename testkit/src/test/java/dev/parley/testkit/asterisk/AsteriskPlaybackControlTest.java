package dev.parley.testkit.asterisk;

/** The contract of {@link PlaybackControlContract} on Asterisk itself. */
@OnAsterisk
class AsteriskPlaybackControlTest extends PlaybackControlContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
