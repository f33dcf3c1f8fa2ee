package dev.parley.gateway.domain;

import java.util.Optional;

/**
 * A sound that is to be streamed to a caller.
 *
 * @param playbackId names it
 * @param frames whole frames, 8 kHz, 16 bit
 * @param interruptible false for what an interruption only holds
 * @param answers a {@code voidBefore} above this frame voids it; empty where nothing does
 */
public record StreamedSound(String playbackId, byte[] frames, boolean interruptible, Optional<Long> answers) {
    boolean isVoid(long voidBefore) {
        return interruptible && answers.isPresent() && answers.get() < voidBefore;
    }
}
