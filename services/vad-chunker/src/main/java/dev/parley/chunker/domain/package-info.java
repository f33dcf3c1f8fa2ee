/**
 * The listening itself: frames of a call in, decisions out. Pure and deterministic: no clock, no thread, no Kafka, no engine;
 * the same frames and probabilities give the same decisions, also when a new owner goes on from a checkpoint.
 *
 * <p>{@link dev.parley.chunker.domain.CallListening} is the door. Depends on the JDK, JSpecify and the generated records.
 */
@NullMarked
package dev.parley.chunker.domain;

import org.jspecify.annotations.NullMarked;
