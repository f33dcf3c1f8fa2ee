package dev.parley.player.speaking;

import dev.parley.player.domain.Presence;
import dev.parley.player.sound.LineSound;
import java.util.concurrent.CompletableFuture;

/**
 * Plays, stops, pauses. Nothing blocks; the answers come on any thread, and never as an exception: status {@value #NO_ANSWER} says that
 * there was none, so that it is not known whether it was done. Any thread.
 */
public interface Speaking {
    /** In place of an HTTP status. */
    int NO_ANSWER = 0;

    /** What there is of a playback, and whether it may be cut short. */
    record Found(Presence presence, boolean interruptible) {}

    /** Plays a sound to a call under this id; the status of the answer. */
    CompletableFuture<Integer> play(String callId, String playbackId, LineSound sound, boolean interruptible);

    /** Nothing more of it is heard once this is answered. */
    CompletableFuture<Integer> stop(String playbackId);

    CompletableFuture<Integer> pause(String playbackId);

    CompletableFuture<Integer> resume(String playbackId);

    CompletableFuture<Found> lookUp(String playbackId);
}
