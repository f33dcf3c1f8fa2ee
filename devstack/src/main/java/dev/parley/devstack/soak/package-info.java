/** Many calls over a real stack for a long time, while parts of it are killed: what must hold then, and whether it did. */
@NullMarked
package dev.parley.devstack.soak;

import org.jspecify.annotations.NullMarked;
