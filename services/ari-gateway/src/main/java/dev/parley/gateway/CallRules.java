package dev.parley.gateway;

import dev.parley.gateway.domain.InactivityRules;
import dev.parley.runtime.config.PlaybackTarget;
import java.time.Duration;

/**
 * What applies to every call.
 *
 * @param asterisk name of the Asterisk, the first part of call ids
 * @param defaultLanguage of calls whose channel names none
 * @param inactivity when a call is idle
 * @param longestCall MAX_CALL_SECONDS
 * @param dial how somebody is called
 * @param mostCalls MAX_CALLS; 0: as many as come
 * @param fallback what is done when the pipeline is silent
 * @param stream PLAYBACK: whether the bot speaks through a websocket leg, by which its caller is heard too
 * @param botTap BOT_LEVEL_TAP: whether a second tap tells how loud the bot is, where Asterisk plays it
 * @param target PLAYBACK_TARGET, BARGE_IN_MODE: what Asterisk plays to where it plays
 */
public record CallRules(
        String asterisk,
        String defaultLanguage,
        InactivityRules inactivity,
        Duration longestCall,
        DialRules dial,
        int mostCalls,
        FallbackRules fallback,
        boolean stream,
        boolean botTap,
        PlaybackTarget target) {}
