package dev.parley.schemas;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path by which Asterisk fetches a sound from a player, {@code /media/<sound>-<cut|held>-<expiry>-<signature>.wav}. Asterisk gives it
 * back with the playback, so that those who know nothing of the call can tell whether an interruption may cut it short.
 */
public final class SoundPath {
    /** An interruption may cut it short. */
    public static final String CUT = "cut";
    /** An interruption may pause it, and no more. */
    public static final String HELD = "held";

    public static final Pattern FORM =
            Pattern.compile("/media/([0-9a-f]{32})-(cut|held)-([0-9]{1,12})-([0-9a-f]{32})\\.wav");

    private SoundPath() {}

    /** Whether the media of a playback may be cut short; media of somebody else's may. */
    public static boolean isInterruptible(String mediaUri) {
        int path = mediaUri.indexOf("/media/");
        Matcher form = FORM.matcher(path < 0 ? "" : mediaUri.substring(path));
        return !form.matches() || form.group(2).equals(CUT);
    }
}
