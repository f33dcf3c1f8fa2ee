/** The service that turns chunks into text. */
@NullMarked
package dev.parley.asr;

import org.jspecify.annotations.NullMarked;
