/** Joins the listening to the network that knows voices: many calls, one batch. */
@NullMarked
package dev.parley.chunker.vad;

import org.jspecify.annotations.NullMarked;
