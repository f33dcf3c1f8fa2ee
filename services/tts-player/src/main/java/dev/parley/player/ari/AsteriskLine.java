package dev.parley.player.ari;

import dev.parley.ari.BridgeCalls;
import dev.parley.ari.PlaybackCalls;

/**
 * One Asterisk.
 *
 * @param playbacks the requests to it about playbacks
 * @param bridges those about bridges
 * @param mediaUrl where it reaches the media server, without a slash at the end
 */
public record AsteriskLine(PlaybackCalls playbacks, BridgeCalls bridges, String mediaUrl) {}
