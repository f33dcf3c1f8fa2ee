package dev.parley.player.domain;

/**
 * A piece of a reply, small enough to be played as one.
 *
 * @param callId the call
 * @param playbackId the id that it has inside Asterisk
 * @param answer the answer that it is part of
 * @param n its number there, from 0
 * @param text what is said
 * @param interruptible false for what an interruption may hold but not cut short
 */
public record ReplyChunk(String callId, String playbackId, AnswerId answer, int n, String text, boolean interruptible) {

    /** Never the text. */
    @Override
    public String toString() {
        return playbackId;
    }
}
