/** What a process tells the outside about itself by HTTP: whether it lives, whether it can take work, its meters. */
@NullMarked
package dev.parley.runtime.health;

import org.jspecify.annotations.NullMarked;
