package dev.parley.gateway.domain;

import dev.parley.records.Heard;
import dev.parley.records.ReplyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which playback the caller was hearing at a frame, from Asterisk's PlaybackStarted and PlaybackFinished. The caller hears later than
 * Asterisk reports (the lag), and the line goes on echoing after the end (the tail). Where the tail of one playback lies over the
 * beginning of the next, the next one counts.
 */
public final class HeardMark {
    private static final long OPEN = Long.MAX_VALUE;

    private record Span(Heard heard, long from, long before) {}

    private final int lagFrames;
    private final int tailFrames;
    private final List<Span> spans = new ArrayList<>();

    public HeardMark(int lagFrames, int tailFrames) {
        this.lagFrames = lagFrames;
        this.tailFrames = tailFrames;
    }

    /**
     * @param frame the next frame of the call at this moment
     * @return whether it began now; false when it was playing already (Asterisk repeats the event after a pause)
     */
    public boolean started(String playbackId, ReplyKind kind, long frame) {
        if (spans.stream().anyMatch(span -> isOpen(span, playbackId))) {
            return false;
        }
        spans.add(new Span(new Heard(playbackId, kind, null), frame + lagFrames, OPEN));
        return true;
    }

    /** @return whether it had been playing; false for one that never began */
    public boolean finished(String playbackId, long frame) {
        Optional<Span> playing =
                spans.stream().filter(span -> isOpen(span, playbackId)).findFirst();
        playing.ifPresent(span -> {
            spans.remove(span);
            spans.add(new Span(span.heard(), span.from(), frame + lagFrames + tailFrames));
        });
        return playing.isPresent();
    }

    /** What the caller hears at this frame; frames must be asked for in order. */
    public Optional<Heard> at(long frame) {
        spans.removeIf(span -> span.before() <= frame);
        @Nullable Heard heard = null;
        long from = -1;
        for (Span span : spans) {
            if (span.from() <= frame && span.from() > from) {
                heard = span.heard();
                from = span.from();
            }
        }
        return Optional.ofNullable(heard);
    }

    /** The playbacks that have begun and not finished, as far as is known; Asterisk can lose a PlaybackFinished. */
    public List<Heard> playing() {
        return spans.stream()
                .filter(span -> span.before() == OPEN)
                .map(Span::heard)
                .toList();
    }

    private static boolean isOpen(Span span, String playbackId) {
        return span.before() == OPEN && span.heard().getPlaybackId().equals(playbackId);
    }
}
