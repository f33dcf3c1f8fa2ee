package dev.parley.player.ari;

import dev.parley.ari.PlaybackCalls;

/**
 * One Asterisk.
 *
 * @param playbacks the requests to it
 * @param mediaUrl where it reaches the media server, without a slash at the end
 */
public record AsteriskLine(PlaybackCalls playbacks, String mediaUrl) {}
