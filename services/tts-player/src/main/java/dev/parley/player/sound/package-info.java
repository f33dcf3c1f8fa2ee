/** The sound of reply chunks: made ahead and in parallel, brought to the line's rate, kept for texts that are said again. */
@NullMarked
package dev.parley.player.sound;

import org.jspecify.annotations.NullMarked;
