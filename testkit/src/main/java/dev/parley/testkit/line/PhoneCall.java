package dev.parley.testkit.line;

import java.time.Duration;

/**
 * The caller's end of one call: what he says, hears and does with his phone. Any thread may use it.
 *
 * <p>{@link #sent()} and {@link #received()} run on the same ticks: frame {@code i} of both is the same 20 ms.
 */
public interface PhoneCall {
    /** Tells this call from others, in logs. */
    String name();

    /**
     * Says something at 8 kHz, after whatever is still being said; the rest of the last frame is zeros. Outside of it the
     * phone sends comfort zeros.
     *
     * @return the frame of {@link #sent()} in which its first sample will be
     */
    int say(short[] samples);

    /** Falls silent at the next frame, in mid-word. */
    void stopSaying();

    /** Presses a key: 0 to 9, A to D, * or #. Without a tone in the audio. */
    void press(String digit);

    /** Puts the other side on hold with music, which is what the phone says meanwhile (SDP: sendonly). */
    void hold();

    /** Puts the other side on hold without music: the phone sends nothing, and is sent nothing (SDP: inactive). */
    void holdSilently();

    /** Takes the other side back. */
    void unhold();

    /** The phone stops sending packets, without a word. */
    void stopRtp();

    /** The phone sends packets again. */
    void resumeRtp();

    /** The network holds the caller's packets back for so long; then they come in one burst. */
    void stallNetwork(Duration stall);

    /** Hangs up. */
    void hangUp();

    /** Whether the call is over, whoever ended it. */
    boolean isOver();

    /** Waits for the end of the call; false where it did not come in time. */
    boolean awaitEnd(Duration atMost) throws InterruptedException;

    /** All that the caller's phone has sent so far. */
    LineRecording sent();

    /** All that the caller was sent so far. */
    LineRecording received();

    /** What the caller was sent from a frame on. */
    LineRecording receivedFrom(int frame);

    /**
     * Waits until the call has at least so many frames.
     *
     * @return whether it has; false where the call ended before
     */
    boolean awaitFrames(int frames) throws InterruptedException;

    /** How many frames the call has so far. */
    int frames();
}
