/**
 * Kafka as the services use it: publish and know when it is safe ({@link dev.parley.runtime.kafka.Publisher}), work through partitions that one owns
 * ({@link dev.parley.runtime.kafka.PartitionLoop}), listen to a whole topic ({@link dev.parley.runtime.kafka.TopicTail}), set aside what cannot be used
 * ({@link dev.parley.runtime.kafka.DeadLetters}). At least once everywhere: ids are derived, and readers are idempotent.
 */
@NullMarked
package dev.parley.runtime.kafka;

import org.jspecify.annotations.NullMarked;
