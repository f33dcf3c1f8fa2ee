package dev.parley.gateway.domain;

import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which playback goes out to the caller at a frame: between its beginning and its end, and of several the one that has begun last. */
public final class HeardMark {
    private final List<Heard> playing = new ArrayList<>();

    /** @return whether it began now; false when it was playing already (Asterisk repeats the event after a pause) */
    public boolean started(String playbackId, ReplyKind kind) {
        if (playing.stream().anyMatch(heard -> heard.getPlaybackId().equals(playbackId))) {
            return false;
        }
        return playing.add(new Heard(playbackId, kind, null));
    }

    /** @return whether it had been playing; false for one that never began */
    public boolean finished(String playbackId) {
        return playing.removeIf(heard -> heard.getPlaybackId().equals(playbackId));
    }

    /** What goes out now. */
    public Optional<Heard> now() {
        return playing.isEmpty() ? Optional.empty() : Optional.of(playing.getLast());
    }

    /** The playbacks that have begun and not finished, as far as is known; Asterisk can lose a PlaybackFinished. */
    public List<Heard> playing() {
        return List.copyOf(playing);
    }
}
