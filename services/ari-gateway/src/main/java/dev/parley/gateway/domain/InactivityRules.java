package dev.parley.gateway.domain;

import java.time.Duration;

/**
 * When a call is idle.
 *
 * @param timeout CALL_INACTIVITY_TIMEOUT: a call in which nothing happened for so long is ended
 * @param interval CHANNEL_MONITOR_INTERVAL: so often a look is taken, and so much later at most the call ends
 * @param goodbye how long the good-bye may take at most
 * @param longestUtterance MAX_UTTERANCE_SECONDS: speech that nobody says the end of counts no longer than this
 */
public record InactivityRules(Duration timeout, Duration interval, Duration goodbye, Duration longestUtterance) {}
