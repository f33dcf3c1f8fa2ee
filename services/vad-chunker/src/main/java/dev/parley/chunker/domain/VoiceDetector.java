package dev.parley.chunker.domain;

import dev.parley.records.VoiceCheckpoint;

/**
 * Says of each frame whether it carries the caller's voice, from the probability that the network gave the newest 32 ms window and
 * from the frame's own level.
 *
 * <p>The network trails the true end of speech by about 60 ms; so the end is found by the energy: a frame counts as voiced only when it
 * stands out of the noise and is not far below the caller's level. Voice that stays 15 dB below the caller's own level is somebody
 * else's, and counts as silence; so does what is no louder than the bot's {@linkplain EchoPath echo}.
 */
final class VoiceDetector {
    /** Voice begins at this probability and goes on down to the next. */
    static final float BEGINS = 0.5f;

    static final float GOES_ON = 0.35f;

    /** So many frames of probable voice are speech: 100 ms, below which tones and clicks were never taken for it. */
    static final int ONSET = 5;

    /** The level of speech falls between syllables: what counts is the loudest of so many frames. */
    private static final int SYLLABLE = 6;

    private static final double SOMEBODY_ELSE_DB = 15;
    private static final double END_BELOW_CALLER_DB = 28;
    private static final double ABOVE_NOISE_DB = 4;
    private static final double FAINTEST_DB = -60;

    /** Below this probability a frame is noise to learn from. */
    private static final float SURELY_NONE = 0.2f;

    /** Of the difference, a frame. */
    private static final double NOISE_FALLS = 0.1;

    /** dB a frame. */
    private static final double NOISE_RISES = 0.3;

    /** So many frames of voice make the caller's level known. */
    private static final int KNOWN = 25;

    /** dB a frame by which the caller's level sinks while only a fainter voice is heard: the telephone may have changed hands. */
    private static final double SINKS = 0.01;

    private float probability;
    private boolean active;
    private int run;
    private double callerLevel;
    private int callerFrames;
    private double noiseLevel = FAINTEST_DB;
    private final EchoPath echo;

    VoiceDetector(ListeningSettings settings) {
        echo = new EchoPath(settings);
    }

    VoiceDetector(VoiceCheckpoint from, ListeningSettings settings) {
        this(settings);
        echo.restore(from);
        probability = from.getProbability();
        active = from.getActive();
        run = from.getRun();
        callerLevel = from.getCallerLevel();
        callerFrames = from.getCallerFrames();
        noiseLevel = from.getNoiseLevel();
    }

    VoiceCheckpoint save(long heardSince) {
        return new VoiceCheckpoint(
                probability,
                active,
                run,
                callerLevel,
                callerFrames,
                noiseLevel,
                heardSince,
                echo.delay(),
                echo.returns());
    }

    /** What the network says of the window that the newest frame completed. */
    void windowSays(float probability) {
        this.probability = probability;
    }

    /** Looks at the newest frame of the line. */
    Voice look(CallFrame frame, AudioLine line, boolean botHeard) {
        if (frame.hold()) {
            active = false;
            run = 0;
            return Voice.NONE;
        }
        active = probability >= (active ? GOES_ON : BEGINS);
        double level = line.loudest(SYLLABLE);
        echo.learn(line);
        boolean echoed = echo.explains(level, line);
        double faintest = faintest();
        boolean callers = !callerKnown() || level >= callerLevel - SOMEBODY_ELSE_DB;
        boolean probable = active && !echoed && callers && level >= faintest;
        boolean voiced = probable && frame.level() >= faintest;
        run = probable ? run + 1 : 0;
        learn(frame.level(), voiced, callers, echoed, botHeard);
        return new Voice(probable, voiced, run, level);
    }

    /** How many frames of probable voice there were up to now without a break. */
    int run() {
        return run;
    }

    private void learn(double level, boolean voiced, boolean callers, boolean echoed, boolean botHeard) {
        if (echoed) {
            // The bot's voice between its syllables is no noise; what is fainter than all noise so far still is.
            noiseLevel += NOISE_FALLS * Math.min(0, level - noiseLevel);
        } else if (probability < SURELY_NONE) {
            // Down quickly, up slowly: the first frames of a word come before the network knows it.
            noiseLevel +=
                    level < noiseLevel ? NOISE_FALLS * (level - noiseLevel) : Math.min(NOISE_RISES, level - noiseLevel);
        } else if (voiced && run >= ONSET && !botHeard) {
            callerFrames = Math.min(callerFrames + 1, 150);
            callerLevel += (level - callerLevel) / callerFrames;
        } else if (!callers && !botHeard) {
            callerLevel -= SINKS;
        }
    }

    /** The level at which the energy of speech has ended. */
    private double faintest() {
        double faintest = Math.max(FAINTEST_DB, noiseLevel + ABOVE_NOISE_DB);
        if (callerKnown()) {
            // However loud the noise is said to be: what is as loud as the caller is the caller.
            faintest = Math.max(faintest, callerLevel - END_BELOW_CALLER_DB);
            faintest = Math.min(faintest, callerLevel - 6);
        }
        return faintest;
    }

    private boolean callerKnown() {
        return callerFrames >= KNOWN;
    }

    /** Whether voice this loud is the caller and not the bot's echo: near the caller's own level, or well audible where that is not known yet. */
    boolean nearAsTheCaller(double level) {
        return callerKnown() ? level >= callerLevel - 10 : level >= -45;
    }

    /** Forgets the sound of the moment, keeps what was learned of caller and line. */
    void clear() {
        probability = 0;
        active = false;
        run = 0;
    }
}
