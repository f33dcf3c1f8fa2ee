package dev.parley.player.domain;

/** A reply chunk that is not over, and what is known of it. */
final class Track {
    /** Where the length is not known, speech of so many milliseconds a character is assumed. */
    private static final int MILLIS_A_CHARACTER = 65;

    private static final int SOUND_ATTEMPTS = 2;

    final ReplyChunk chunk;
    final Answer answer;
    final Hearing hearing = new Hearing();
    /** Length of its sound; -1 until it is made. */
    int totalMs = -1;
    /** Whether Asterisk must be asked before it is posted: an owner before this one may have posted it. */
    boolean askFirst;
    /** It is being stopped, or was: not to be posted again. */
    boolean withdrawn;
    /** Posts that came to nothing. */
    int failures;
    /** Since when it waits for something that it could be played to; -1 while it does not. */
    long waitsSince = -1;
    /** Times its sound could not be made. */
    int soundFailures;
    /** Not to be posted again before this instant. */
    long notBefore = Long.MIN_VALUE;

    Track(ReplyChunk chunk, Answer answer) {
        this.chunk = chunk;
        this.answer = answer;
    }

    boolean hasSound() {
        return totalMs >= 0;
    }

    boolean isMute() {
        return soundFailures >= SOUND_ATTEMPTS;
    }

    /** Whether there is still hope for what it could be played to. */
    boolean mayWait(long now) {
        if (waitsSince < 0) {
            waitsSince = now;
        }
        return now - waitsSince < Feedback.BRIDGE_PATIENCE;
    }

    boolean isVoid(long voidBefore) {
        return chunk.interruptible() && answer.isVoid(voidBefore);
    }

    /** Whether an owner before this one posted it, and nobody has looked yet what became of it. */
    boolean mayBeInside() {
        return askFirst && !withdrawn && hearing.everPosted() && !hearing.hasFailed();
    }

    int totalOrGuess() {
        return hasSound() ? totalMs : Math.max(200, chunk.text().length() * MILLIS_A_CHARACTER);
    }
}
