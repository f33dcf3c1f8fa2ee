package dev.parley.chunker.domain;

import dev.parley.records.Heard;
import dev.parley.records.VoiceCheckpoint;
import org.jspecify.annotations.Nullable;

/**
 * The way on which the bot's own voice comes back in the caller's audio: after how many frames, and how much quieter.
 *
 * <p>Echo rises and falls with the bot, a caller does not. So the path is learned only from stretches in which the caller's line follows
 * the bot's level at some delay: of people who speak over the bot nothing is learned but that the echo cannot be louder than they are, and on a line
 * without echo there is no path and nothing is judged. Nor is it where nobody knows the bot's level.
 */
final class EchoPath {
    /** So far back the bot's voice is looked for, 4 s: before the path is known its echo has it paused again and again. */
    private static final int STRETCH = 200;

    /** So many frames of it, the newest ones, are looked at. */
    private static final int LOOKED_AT = 75;

    /** In frames. */
    private static final int EVERY = 8;

    /** The longest way of the sound to the caller's telephone and back, 500 ms. */
    private static final int LONGEST_WAY = 25;

    /** Less of it than this, 400 ms, says nothing; less than the next is to be more alike. */
    private static final int ENOUGH = 20;

    private static final int AMPLE = 40;

    /** The bot's voice; its pauses are below. */
    private static final double LOUD_DB = -45;

    /** Lower than this the line is not followed: that is noise. */
    private static final double LOWEST_DB = -70;

    /** Correlation of the levels: echo in a room has 0.77 and more, two people who speak at the same time 0.75 in one stretch of a hundred. */
    private static final double ALIKE = 0.85;

    private static final double VERY_MUCH_ALIKE = 0.9;

    /** dB a look. */
    private static final double RISES = 3;

    private static final double FALLS = 1;

    /** Echo so faint is none. */
    private static final double NONE_DB = -50;

    /** Echo is so much louder than expected at most. */
    private static final double MARGIN_DB = 6;

    /** A frame of the bot counts wholly for as long as a syllable, then dies away in the caller's room: 60 dB in 0.8 s. */
    private static final int RINGS = 7;

    private static final double DIES_AWAY_DB = 1.5;

    private static final int UNKNOWN = -1;

    /** How the line follows the bot at this delay: how much quieter it is, and how alike their levels go. */
    private record Follows(int delay, int frames, double difference, double likeness) {
        boolean isEcho() {
            return likeness >= (frames < AMPLE ? VERY_MUCH_ALIKE : ALIKE);
        }
    }

    private final int longest;
    private int delay = UNKNOWN;
    private double returns;

    EchoPath(ListeningSettings settings) {
        longest = settings.heardLag() + LONGEST_WAY;
    }

    /** How many frames before the newest one are looked back on. */
    static int history(ListeningSettings settings) {
        return settings.heardLag() + LONGEST_WAY + STRETCH;
    }

    void restore(VoiceCheckpoint from) {
        delay = from.getEchoDelay();
        returns = from.getEchoReturns();
    }

    /** In frames; -1 where there is no echo that is known of. */
    int delay() {
        return delay;
    }

    /** Level of the echo less the bot's, in dB. */
    double returns() {
        return returns;
    }

    /** Learns from the newest frames of the line. */
    void learn(AudioLine line) {
        if (line.last() % EVERY != 0) {
            return;
        }
        double[] bot = new double[STRETCH + longest];
        int loud = 0;
        for (int i = 0; i < bot.length; i++) {
            bot[i] = level(line.find(line.last() - bot.length + 1 + i));
            loud += bot[i] >= LOUD_DB ? 1 : 0;
        }
        if (loud < ENOUGH) {
            return;
        }
        Follows closest = new Follows(UNKNOWN, 0, 0, 0);
        double known = 0;
        for (int tried = 0; tried <= longest; tried++) {
            Follows follows = follow(line, bot, tried);
            closest = follows.likeness > closest.likeness ? follows : closest;
            known = tried == delay ? follows.difference : known;
        }
        if (closest.isEcho()) {
            returns = delay == UNKNOWN ? closest.difference : Math.min(closest.difference, returns + RISES);
            delay = closest.delay;
        } else if (delay != UNKNOWN && known < returns) {
            returns = Math.max(known, returns - FALLS);
            delay = returns < NONE_DB ? UNKNOWN : delay;
        }
        returns = Math.min(returns, 0);
    }

    private Follows follow(AudioLine line, double[] bot, int tried) {
        int n = 0;
        double x = 0;
        double y = 0;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = STRETCH - 1; i >= 0 && n < LOOKED_AT; i--) {
            double played = bot[longest + i - tried];
            CallFrame frame = line.find(line.last() - STRETCH + 1 + i);
            if (played >= LOUD_DB && frame != null && !frame.hold() && !frame.unheard()) {
                double level = Math.max(LOWEST_DB, frame.level());
                n++;
                x += played;
                y += level;
                xx += played * played;
                yy += level * level;
                xy += played * level;
            }
        }
        if (n < ENOUGH) {
            return new Follows(tried, n, 0, 0);
        }
        double spread = (xx - x * x / n) * (yy - y * y / n);
        return new Follows(tried, n, (y - x) / n, spread < 1 ? 0 : (xy - x * y / n) / Math.sqrt(spread));
    }

    /** Whether what is so loud in the newest frames is no more than the bot's echo. */
    boolean explains(double level, AudioLine line) {
        if (delay == UNKNOWN) {
            return false;
        }
        double loudest = Level.SILENCE;
        long newest = line.last() - delay;
        for (int ago = -1; ago < LONGEST_WAY; ago++) {
            double played = level(line.find(newest - ago));
            loudest = Math.max(loudest, played - DIES_AWAY_DB * Math.max(0, ago - RINGS));
        }
        return loudest > Level.SILENCE && level <= loudest + returns + MARGIN_DB;
    }

    /** How loud the bot was in this frame. */
    private static double level(@Nullable CallFrame frame) {
        Heard heard = frame == null ? null : frame.heard();
        Float level = heard == null ? null : heard.getLevelDb();
        return level == null ? Level.SILENCE : level;
    }
}
