@NullMarked
package dev.parley.chunker.kafka;

import org.jspecify.annotations.NullMarked;
