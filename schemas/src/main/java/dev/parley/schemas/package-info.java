/** Topics, their settings, the wire format and the schema registry's client. */
@NullMarked
package dev.parley.schemas;

import org.jspecify.annotations.NullMarked;
