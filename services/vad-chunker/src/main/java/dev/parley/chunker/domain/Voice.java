package dev.parley.chunker.domain;

/**
 * What a frame is for the listening.
 *
 * @param probable somebody speaks, loud enough to be the caller
 * @param voiced the frame carries the caller's energy: the silence is counted from the last of these
 * @param run how many frames of probable voice there were without a break, this one included
 * @param level the loudest of the last frames, in dB below full scale
 */
record Voice(boolean probable, boolean voiced, int run, double level) {
    static final Voice NONE = new Voice(false, false, 0, Level.SILENCE);

    /** Voice for so long that it is speech and no click. */
    boolean sure() {
        return run >= VoiceDetector.ONSET;
    }
}
