/**
 * A simulated Asterisk that is as strict as the real one: ARI over HTTP, its events websocket, its media websocket, and
 * calls paced at 20 ms. It knows nothing of Parley's services, and tests reach it only as they would reach an Asterisk,
 * plus the caller's end of the line ({@link dev.parley.testkit.asterisk.SimulatedCall}).
 *
 * <p>All state belongs to one thread, the {@code FrameClock}; HTTP handlers hand their work to it.
 */
@NullMarked
package dev.parley.testkit.asterisk;

import org.jspecify.annotations.NullMarked;
