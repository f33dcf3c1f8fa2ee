/** What every service needs around its decisions: start and stop, configuration, Kafka, health and metrics. */
@NullMarked
package dev.parley.runtime;

import org.jspecify.annotations.NullMarked;
