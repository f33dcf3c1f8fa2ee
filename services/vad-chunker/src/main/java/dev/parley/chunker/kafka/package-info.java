/** The chunker on Kafka: takes frames in, publishes what is decided, and keeps checkpoints so that a new owner goes on where the old one was. */
@NullMarked
package dev.parley.chunker.kafka;

import org.jspecify.annotations.NullMarked;
