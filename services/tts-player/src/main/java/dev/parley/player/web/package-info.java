/** Offers sound to Asterisk over HTTP, at addresses that are signed and soon expire. */
@NullMarked
package dev.parley.player.web;

import org.jspecify.annotations.NullMarked;
