/** The gateway's side towards Kafka: a bounded way out for records, and what it reads of speech and commands. */
@NullMarked
package dev.parley.gateway.kafka;

import org.jspecify.annotations.NullMarked;
