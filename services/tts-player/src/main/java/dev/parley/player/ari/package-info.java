/** Speaks through ARI playbacks ({@code PLAYBACK=ari}). */
@NullMarked
package dev.parley.player.ari;

import org.jspecify.annotations.NullMarked;
