package dev.parley.player.domain;

import dev.parley.records.PlaybackEvent;
import dev.parley.records.ReplyHeard;
import org.jspecify.annotations.Nullable;

/** What is to be done next, in the order given. What Asterisk answers comes back to the call's {@link CallPlayout}. */
public sealed interface Act {

    /** Make the sound of a chunk; {@code urgent}: nothing but the sound keeps it from being heard. Asked twice, it is done once. */
    record Synthesise(ReplyChunk chunk, boolean urgent) implements Act {}

    /**
     * {@code POST /channels/{id}/play/{playbackId}}; the answer goes to {@link CallPlayout#posted}.
     *
     * @param answers a {@code voidBefore} above this frame voids it
     */
    record Play(ReplyChunk chunk, long answers) implements Act {}

    /** {@code DELETE /playbacks/{id}}; the answer goes to {@link CallPlayout#stopped}. */
    record Stop(String playbackId) implements Act {}

    /** Pause; the answer goes to {@link CallPlayout#pauseAnswered}. */
    record Pause(String playbackId) implements Act {}

    /** Unpause; the answer goes to {@link CallPlayout#pauseAnswered}. */
    record Resume(String playbackId) implements Act {}

    /** {@code GET /playbacks/{id}}; the answer goes to {@link CallPlayout#lookedUp}. */
    record LookUp(String playbackId) implements Act {}

    /** A record for playback.events. */
    record Note(PlaybackEvent event) implements Act {}

    /** A chunk is over for good; {@code heard} is null where it was never committed, so that nobody waits for it. */
    record Over(ReplyChunk chunk, @Nullable ReplyHeard heard) implements Act {}

    /** Nothing more comes of an answer: its commit and end need not be read again. */
    record Settled(AnswerId answer) implements Act {}

    /** Stop a playback that this instance knows nothing of, unless Asterisk says that it may not be cut short. */
    record StopStranger(String callId, String playbackId, long bargeInFrame) implements Act {}

    /** Unpause a playback that this instance knows nothing of, where Asterisk says that it is paused. */
    record ResumeStranger(String callId, String playbackId) implements Act {}
}
