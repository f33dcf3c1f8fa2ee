/** A client of Asterisk's REST interface: requests, events, media websockets. */
@NullMarked
package dev.parley.ari;

import org.jspecify.annotations.NullMarked;
