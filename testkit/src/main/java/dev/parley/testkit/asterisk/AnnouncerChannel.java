package dev.parley.testkit.asterisk;

import org.jspecify.annotations.Nullable;

/**
 * What Asterisk puts into a bridge that is played to, for as long as something is left to play; {@code GET /channels} does not show it.
 * Belongs to the clock's thread.
 */
final class AnnouncerChannel extends Channel {
    private short @Nullable [] now;

    AnnouncerChannel(String id, String name, Bridge bridge, Switchboard switchboard) {
        super(id, name, State.UP, switchboard);
        this.bridge = bridge;
        this.subscriber = bridge.subscriber;
    }

    /** One tick, before those who hear it have theirs. */
    void tick() {
        now = commands.frame();
    }

    @Override
    short @Nullable [] speaks() {
        return now;
    }

    @Override
    void ended() {}
}
