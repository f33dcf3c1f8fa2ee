/**
 * What the gateway decides, without Asterisk and without Kafka: which number a frame has, what the caller was hearing, when audio is
 * missing, when a call is idle, which steps a call may take. Time comes in as microseconds; nothing here has a thread of its own,
 * and nothing is thread-safe: a call lives on one event loop.
 */
@NullMarked
package dev.parley.gateway.domain;

import org.jspecify.annotations.NullMarked;
