/** Feeds the decisions with what the topics hold, does what they ask for, and keeps the offsets of what is not done yet. */
@NullMarked
package dev.parley.player.kafka;

import org.jspecify.annotations.NullMarked;
