/** The service that speaks the bot's replies and stops them. */
@NullMarked
package dev.parley.player;

import org.jspecify.annotations.NullMarked;
