package dev.parley.chunker.domain;

import dev.parley.records.Heard;
import org.jspecify.annotations.Nullable;

/**
 * A frame of a call as it is listened to: what is missing on the topic is filled with silence.
 *
 * @param frame its number
 * @param at its instant, in microseconds since 1970
 * @param samples 160 samples at 8 kHz; not to be written to
 * @param level their level in dB below full scale, see {@link Level}
 * @param hold the caller has the bot on hold
 * @param unheard nobody was there to hear it: what was said is not known, and it is no evidence of silence
 * @param heard what is stamped as heard by the caller
 * @param offset where on the topic the record is that it came from
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, and compared by nobody.
record CallFrame(
        long frame,
        long at,
        short[] samples,
        double level,
        boolean hold,
        boolean unheard,
        @Nullable Heard heard,
        long offset)
        implements FrameAssembler.Step {

    static final int SAMPLES = 160;
    static final long MICROS = 20_000;
    static final short[] SILENCE = new short[SAMPLES];

    static CallFrame of(long frame, long at, short[] samples, @Nullable Heard heard, long offset) {
        return new CallFrame(frame, at, samples, Level.of(samples), false, false, heard, offset);
    }

    static CallFrame silent(long frame, long at, boolean hold, boolean unheard, long offset) {
        return new CallFrame(frame, at, SILENCE, Level.SILENCE, hold, unheard, null, offset);
    }
}
