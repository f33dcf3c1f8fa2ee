package dev.parley.gateway.domain;

import dev.parley.records.SpeechEventType;

/** Whether the caller speaks just now or interrupts, as far as those who listen have told. Instants are microseconds since 1970. */
public final class VoiceNow {
    /** Nobody tells of the end where the listener has died; the frames' own loudness has to do then. */
    private static final long BELIEVED = 10_000_000;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private long since = NEVER;

    public void told(SpeechEventType type, long now) {
        switch (type) {
            case SPEECH_STARTED, RESUMED, SUSPECTED, HELD, CONFIRMED -> since = now;
            case SILENCE, END_OF_TURN, DISMISSED, LISTENING -> since = NEVER;
            case UNKNOWN -> {}
        }
    }

    public boolean isSpeaking(long now) {
        return now - since < BELIEVED;
    }
}
