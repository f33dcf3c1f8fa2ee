/** The port through which the player speaks to the telephone; {@code PLAYBACK} chooses what is behind it. */
@NullMarked
package dev.parley.player.speaking;

import org.jspecify.annotations.NullMarked;
