package dev.parley.runtime.config;

import java.util.List;

/** What Asterisk plays to where it is asked to play: PLAYBACK_TARGET, and what BARGE_IN_MODE does to it. */
public enum PlaybackTarget {
    /** The caller's channel. */
    CHANNEL,
    /** A bridge that the caller is in, the same for the whole call. */
    BRIDGE,
    /** A bridge that the caller is in, another one after each interruption. */
    REBUILT_BRIDGE;

    /** @throws BadSettings for settings that do not go together */
    public static PlaybackTarget of(Settings settings) {
        boolean bridge = settings.text(Setting.PLAYBACK_TARGET).equals("bridge");
        boolean hard = settings.text(Setting.BARGE_IN_MODE).equals("hard");
        if (bridge && settings.text(Setting.PLAYBACK).equals("stream")) {
            throw new BadSettings(
                    List.of(
                            "PLAYBACK_TARGET=bridge does not go with PLAYBACK=stream, where nothing is played in Asterisk: leave it out, or set PLAYBACK=ari"));
        }
        if (hard && !bridge) {
            throw new BadSettings(
                    List.of(
                            "BARGE_IN_MODE=hard removes the bridge that is played to, and there is none: leave it out, or set PLAYBACK=ari and PLAYBACK_TARGET=bridge"));
        }
        if (hard) {
            return REBUILT_BRIDGE;
        }
        return bridge ? BRIDGE : CHANNEL;
    }

    public boolean isBridge() {
        return this != CHANNEL;
    }
}
