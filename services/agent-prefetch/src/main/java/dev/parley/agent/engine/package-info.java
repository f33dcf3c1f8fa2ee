/** Where answers come from: the port {@link dev.parley.agent.engine.ReplyEngine} and its adapters. They know requests and parts, nothing of turns, Kafka or telephony. */
@NullMarked
package dev.parley.agent.engine;

import org.jspecify.annotations.NullMarked;
