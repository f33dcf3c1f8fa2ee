/**
 * The gateway's side towards Asterisk: calls, their taps, and the switchboard that the events come to. Everything here runs on one
 * event loop and must never block; Kafka is seen through {@link dev.parley.gateway.domain.CallLog} only.
 */
@NullMarked
package dev.parley.gateway.ari;

import org.jspecify.annotations.NullMarked;
