/** The whole pipeline in one process. */
@NullMarked
package dev.parley.devstack;

import org.jspecify.annotations.NullMarked;
