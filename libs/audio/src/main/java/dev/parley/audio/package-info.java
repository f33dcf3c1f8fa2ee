/** Telephone audio: frames, PCM, WAV files and resampling. Depends on the JDK only. */
@NullMarked
package dev.parley.audio;

import org.jspecify.annotations.NullMarked;
