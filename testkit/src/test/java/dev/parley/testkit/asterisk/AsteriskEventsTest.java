package dev.parley.testkit.asterisk;

/** The contract of {@link EventsContract} on Asterisk itself. */
@OnAsterisk
class AsteriskEventsTest extends EventsContract {
    @Override
    Lab newLab() {
        return new Lab(RealTelephony.shared());
    }
}
