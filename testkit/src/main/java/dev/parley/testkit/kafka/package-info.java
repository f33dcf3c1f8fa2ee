/** A Kafka broker and a schema registry inside this process, for tests and the development stack. */
@NullMarked
package dev.parley.testkit.kafka;

import org.jspecify.annotations.NullMarked;
