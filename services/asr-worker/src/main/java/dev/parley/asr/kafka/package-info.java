/** Takes chunks from the queue and publishes what became of them. Called by the service that wires it; each lane is a thread with a consumer of its own. */
@NullMarked
package dev.parley.asr.kafka;

import org.jspecify.annotations.NullMarked;
