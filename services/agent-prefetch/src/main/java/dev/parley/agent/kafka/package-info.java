/** The agent on Kafka: dialogues are fed from the topics, their effects are published, offsets wait for what they stand for. Everything here runs on the loop's thread unless it says otherwise. */
@NullMarked
package dev.parley.agent.kafka;

import org.jspecify.annotations.NullMarked;
