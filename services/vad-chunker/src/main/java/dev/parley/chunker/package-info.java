/** The service that decides when the caller speaks, and cuts what he says into chunks. */
@NullMarked
package dev.parley.chunker;

import org.jspecify.annotations.NullMarked;
