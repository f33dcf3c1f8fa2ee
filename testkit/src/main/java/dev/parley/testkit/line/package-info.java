/** A call as its caller has it: what goes over the line in both directions, frame by frame, and what a phone can do. Real and simulated telephony alike. */
@NullMarked
package dev.parley.testkit.line;

import org.jspecify.annotations.NullMarked;
