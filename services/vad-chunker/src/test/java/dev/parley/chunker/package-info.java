@NullMarked
package dev.parley.chunker;

import org.jspecify.annotations.NullMarked;
