package dev.parley.player.domain;

import dev.parley.records.PlaybackEvent;
import dev.parley.schemas.Fence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an owner before this one left behind: while the log is read nothing is played; then what was heard before is closed, what may
 * still be inside Asterisk is asked about or stopped.
 */
final class Takeover {
    private final Playlist list;
    private final Stage stage;
    private final Closing closing;
    private final Fence fence;
    /** Events of chunks that were not read yet. */
    private final Map<String, List<PlaybackEvent>> early = new LinkedHashMap<>();

    private boolean underWay = true;

    Takeover(Playlist list, Stage stage, Closing closing, Fence fence) {
        this.list = list;
        this.stage = stage;
        this.closing = closing;
        this.fence = fence;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** What the log says of a playback. */
    void event(PlaybackEvent event) {
        Track track = list.find(event.getPlaybackId());
        if (track != null) {
            track.hearing.replay(event);
        } else {
            early.computeIfAbsent(event.getPlaybackId(), id -> new ArrayList<>())
                    .add(event);
        }
    }

    /** A chunk was read: its events may have been before it. */
    void chunk(Track track) {
        @Nullable List<PlaybackEvent> seen = early.remove(track.chunk.playbackId());
        if (seen != null) {
            seen.forEach(track.hearing::replay);
        }
    }

    /** The log is read to its end. */
    void end(long now) {
        underWay = false;
        early.clear();
        list.all().forEach(answer -> takeOver(answer, now));
    }

    private void takeOver(Answer answer, long now) {
        boolean cancelled = list.isCancelled(answer.id);
        answer.tracks().stream()
                .filter(track -> track.hearing.hasEnded())
                .forEach(track -> closing.close(track, now, true));
        @Nullable Track current = answer.isPlayable() ? answer.next() : null;
        for (Track track : answer.tracks().reversed()) {
            if (!cancelled && !track.isVoid(fence.voidBefore())) {
                track.askFirst = true;
            } else if (track == current || (track.hearing.everPosted() && !track.hearing.hasFailed())) {
                // A dead owner's playback of it may still run; its start may not even be in the log yet.
                stage.stopUnseen(track, cancelled ? Reason.CANCELLED : Reason.BARGE_IN, now);
            } else {
                closing.close(track, now, answer.isPlayable());
            }
        }
        if (cancelled) {
            closing.settle(answer);
        } else {
            closing.settleIfOver(answer);
            closing.retireIfVoid(answer);
        }
    }
}
