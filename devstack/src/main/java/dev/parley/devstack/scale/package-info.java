/** How recognition grows with its workers, and what the death of one costs: workers as processes, with an engine that takes a fixed time and no processor. */
@NullMarked
package dev.parley.devstack.scale;

import org.jspecify.annotations.NullMarked;
