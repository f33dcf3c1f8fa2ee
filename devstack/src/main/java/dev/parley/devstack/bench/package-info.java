/** Measures the pipeline's latencies on simulated calls and prints the README's table. */
@NullMarked
package dev.parley.devstack.bench;

import org.jspecify.annotations.NullMarked;
