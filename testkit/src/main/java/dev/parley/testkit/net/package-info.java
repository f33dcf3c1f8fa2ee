/** A network that can be made bad: put between two parts that speak TCP. JDK only; tests alone may use it. */
@NullMarked
package dev.parley.testkit.net;

import org.jspecify.annotations.NullMarked;
