package dev.parley.gateway;

import java.time.Duration;
import java.util.Optional;

/**
 * What is done when the pipeline says nothing to a caller who waits for it.
 *
 * @param after FALLBACK_AFTER: so long nothing is heard before it is done; zero: nothing is ever done
 * @param sound FALLBACK_SOUND: a sound of Asterisk's own, first
 * @param extension FALLBACK_EXTENSION: who is called if that was in vain; empty: good-bye
 * @param greets whether the bot speaks first, so that a call begins with something to wait for
 */
public record FallbackRules(Duration after, String sound, Optional<String> extension, boolean greets) {
    /** Never anything. */
    public static final FallbackRules NONE = new FallbackRules(Duration.ZERO, "", Optional.empty(), false);
}
