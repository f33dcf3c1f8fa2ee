/**
 * A caller who follows a script in real time on a simulated call, what he heard, and the recordings that he speaks. All
 * that is measured here is measured from the samples on the line, never from the services' own records.
 */
@NullMarked
package dev.parley.testkit.caller;

import org.jspecify.annotations.NullMarked;
