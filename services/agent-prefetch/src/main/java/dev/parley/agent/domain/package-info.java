/**
 * What the bot says and when: pure decisions, one {@link dev.parley.agent.domain.Dialogue} a call. Time comes in as a value, records go in, effects come out;
 * nothing here knows of Kafka, threads or clocks. It may depend on the JDK, JSpecify, the generated records and their ids.
 */
@NullMarked
package dev.parley.agent.domain;

import org.jspecify.annotations.NullMarked;
