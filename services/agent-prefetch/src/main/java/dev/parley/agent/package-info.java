/** The service that decides what the bot says, ahead of time. */
@NullMarked
package dev.parley.agent;

import org.jspecify.annotations.NullMarked;
