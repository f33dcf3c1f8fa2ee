/** Speaks through the gateway's websocket leg ({@code PLAYBACK=stream}). */
@NullMarked
package dev.parley.player.stream;

import org.jspecify.annotations.NullMarked;
