package dev.parley.gateway;

import dev.parley.gateway.domain.InactivityRules;
import dev.parley.runtime.config.PlaybackTarget;
import java.time.Duration;

/**
 * What applies to every call.
 *
 * @param asterisk name of the Asterisk, the first part of call ids
 * @param defaultLanguage of calls whose channel names none
 * @param heardLagFrames the caller hears so much later than Asterisk reports
 * @param echoTailFrames so long after the end the echo may last
 * @param inactivity when a call is idle
 * @param longestCall MAX_CALL_SECONDS
 * @param dial how somebody is called
 * @param mostCalls MAX_CALLS; 0: as many as come
 * @param fallback what is done when the pipeline is silent
 * @param stream PLAYBACK: whether the bot speaks through a websocket leg, by which its caller is heard too
 * @param target PLAYBACK_TARGET, BARGE_IN_MODE: what Asterisk plays to where it plays
 */
public record CallRules(
        String asterisk,
        String defaultLanguage,
        int heardLagFrames,
        int echoTailFrames,
        InactivityRules inactivity,
        Duration longestCall,
        DialRules dial,
        int mostCalls,
        FallbackRules fallback,
        boolean stream,
        PlaybackTarget target) {}
