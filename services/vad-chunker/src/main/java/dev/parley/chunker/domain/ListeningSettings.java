package dev.parley.chunker.domain;

import dev.parley.records.EndReason;

/**
 * What the listening is tuned by, in frames of 20 ms.
 *
 * @param silence so much silence ends an utterance
 * @param shortest an utterance is not ended by silence before it is so long
 * @param longest an utterance is ended at this length
 * @param longestReason what such an end is called
 * @param brief an utterance with less voice than this is marked
 * @param softWindow whether chunks are cut while the caller speaks
 * @param chunk about so often one is cut
 * @param overlap the next chunk begins at least so long before the cut
 * @param heardLag the caller hears the bot so much later than is stamped on the frames
 * @param echoTail so long after the bot's last sound its echo may come back
 * @param bargeIn whether the ears of barge-in are on
 * @param suspect so much voice over the bot is suspicious; 0: none is before the guard
 * @param guard voice over the bot that ends before this is dismissed
 * @param stop so much voice over the bot stops it
 */
public record ListeningSettings(
        int silence,
        int shortest,
        int longest,
        EndReason longestReason,
        int brief,
        boolean softWindow,
        int chunk,
        int overlap,
        int heardLag,
        int echoTail,
        boolean bargeIn,
        int suspect,
        int guard,
        int stop) {

    /** The defaults of env.example. */
    public static final ListeningSettings DEFAULTS =
            new ListeningSettings(100, 50, 3000, EndReason.MAX_UTTERANCE, 30, true, 250, 8, 0, 10, true, 6, 15, 40);

    /** How many frames before the newest one are always at hand: all that any decision looks back on, outside of the chunk itself. */
    int history() {
        int cutting = UtteranceMachine.PRE_ROLL + VoiceDetector.ONSET + ChunkCutter.LOOK_BACK + heardLag + echoTail;
        return Math.max(cutting, EchoPath.history(this)) + FrameAssembler.MEETING;
    }
}
