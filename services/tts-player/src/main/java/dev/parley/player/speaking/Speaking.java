package dev.parley.player.speaking;

import dev.parley.player.domain.Presence;
import dev.parley.player.domain.ReplyChunk;
import dev.parley.player.sound.LineSound;
import java.util.concurrent.CompletableFuture;

/**
 * Plays, stops, pauses. Nothing blocks; the answers come on any thread, and never as an exception: status {@value #NO_ANSWER} says that
 * there was none, so that it is not known whether it was done. Any thread.
 */
public interface Speaking {
    /** In place of an HTTP status. */
    int NO_ANSWER = 0;

    /** There is nothing yet that it could be played to; a moment later there is. */
    int TOO_EARLY = 425;

    /** What there is of a playback, and whether it may be cut short. */
    record Found(Presence presence, boolean interruptible) {}

    /**
     * Plays the sound of a chunk under its playback id; the status of the answer.
     *
     * @param voidBefore what answers a turn before this frame is void in the call
     * @param published the record of it on reply.audio: whether Kafka has taken it
     */
    CompletableFuture<Integer> play(
            ReplyChunk chunk, LineSound sound, long voidBefore, CompletableFuture<Boolean> published);

    /** Nothing more of it is heard once this is answered, or a moment later. */
    CompletableFuture<Integer> stop(String callId, String playbackId);

    CompletableFuture<Integer> pause(String playbackId);

    CompletableFuture<Integer> resume(String playbackId);

    /** Where nobody can be asked at once the answer is UNKNOWN, and an event follows. */
    CompletableFuture<Found> lookUp(String callId, String playbackId);

    /** Whether what plays heeds barge.in by itself, so that the playbacks of a dead owner need nobody's care. */
    boolean heedsBargeIn();
}
