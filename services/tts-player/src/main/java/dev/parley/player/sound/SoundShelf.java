package dev.parley.player.sound;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sounds used last, up to so many bytes: what is said again is not made again, and what Asterisk was told to play is here when it
 * comes for it. The one used longest ago leaves first. Thread-safe.
 */
public final class SoundShelf {
    private final long mostBytes;
    private final Map<String, LineSound> sounds = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    public SoundShelf(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Puts a sound in, or marks it as used just now. */
    public synchronized void put(LineSound sound) {
        LineSound before = sounds.put(sound.key(), sound);
        bytes += sound.pcm().length - (before == null ? 0 : before.pcm().length);
        for (Iterator<LineSound> oldest = sounds.values().iterator(); bytes > mostBytes && sounds.size() > 1; ) {
            bytes -= oldest.next().pcm().length;
            oldest.remove();
        }
    }

    /** The sound of this key, if it is here. */
    public synchronized @Nullable LineSound get(String key) {
        return sounds.get(key);
    }
}
