/** Ports for voice activity, recognition and synthesis, and the engines behind them. */
@NullMarked
package dev.parley.speech;

import org.jspecify.annotations.NullMarked;
