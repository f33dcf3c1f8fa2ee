package dev.parley.gateway.domain;

import dev.parley.audio.Frames;
import dev.parley.audio.Pcm;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one call hears through its websocket leg: one sound after the other, paused, stopped, and known to the frame. Marks before,
 * within and behind the frames of a sound tell where Asterisk is; no more than {@value #AHEAD} frames are in its queue, so that it is
 * never full. Instants are microseconds since 1970. Not thread-safe.
 *
 * <p>The leg may be away (not built yet, or lost): what has begun then is over, what has not waits for the next one.
 */
public final class LegPlayout {
    private static final int STRETCH = 100;
    private static final int AHEAD = 4 * STRETCH;
    /** A player sends one sound at a time. */
    private static final int MOST_WAITING = 16;

    private static final int REMEMBERED = 64;

    /** The leg: what is sent to it is carried out in order. */
    public interface Leg {
        void audio(byte[] frames);

        /** Comes back through {@link #marked} when all before it was sent to the caller. */
        void mark(String mark);

        void pause();

        void resume();

        void flush();

        /** Comes back through {@link #left}. */
        void askStatus();
    }

    /** How a sound ended. */
    public sealed interface Ending {
        /** @param reason empty where it was heard to its end */
        record Heard(int millis, Optional<String> reason) implements Ending {}

        /** Never to be heard: too many wait. */
        record Refused() implements Ending {}
    }

    /** Hears what becomes of the sounds. */
    public interface Listener {
        void started(String playbackId);

        void ended(String playbackId, Ending ending);

        void paused(String playbackId);

        void resumed(String playbackId);
    }

    private static final class Sounding {
        final StreamedSound sound;
        final int number;
        final int total;
        int sent;
        boolean over;
        long startedAt = -1;
        long pausedMicros;
        Optional<String> reason = Optional.empty();

        Sounding(StreamedSound sound, int number) {
            this.sound = sound;
            this.number = number;
            this.total = sound.frames().length / Frames.BYTES;
        }
    }

    private final Listener listener;
    private final Deque<StreamedSound> waiting = new ArrayDeque<>();
    /** Flushed, and Asterisk was asked how much of each was left; in the order of the questions. */
    private final Deque<Sounding> leaving = new ArrayDeque<>();

    private final Map<String, Ending> past = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ending> eldest) {
            return size() > REMEMBERED;
        }
    };
    private @Nullable Leg leg;
    private @Nullable Sounding sounding;
    private boolean paused;
    private long pausedAt;
    private int numbers;

    public LegPlayout(Listener listener) {
        this.listener = listener;
    }

    /** A leg is there, and nothing is in its queue. */
    public void attached(Leg newLeg) {
        leg = newLeg;
        if (paused) {
            newLeg.pause();
        }
        next();
    }

    /** The leg is gone: what has begun is over, as much of it as the clock says was heard. */
    public void lost(long now) {
        leg = null;
        while (!leaving.isEmpty()) {
            Sounding left = leaving.remove();
            over(left, reckoned(left, now), left.reason);
        }
        Sounding lost = sounding;
        sounding = null;
        if (lost != null && lost.startedAt >= 0) {
            over(lost, reckoned(lost, now), Optional.of("leg-lost"));
        } else if (lost != null) {
            waiting.addFirst(lost.sound);
        }
    }

    /** To be heard behind what waits. One that is known already, or was, is not taken again. */
    public void play(StreamedSound sound) {
        String id = sound.playbackId();
        if (isKnown(id)) {
            return;
        }
        if (waiting.size() >= MOST_WAITING) {
            ended(id, new Ending.Refused());
            return;
        }
        waiting.add(sound);
        next();
    }

    /** @param reason a bounded word */
    public void stop(String playbackId, String reason, long now) {
        if (waiting.removeIf(sound -> sound.playbackId().equals(playbackId))) {
            ended(playbackId, new Ending.Heard(0, Optional.of(reason)));
        } else if (sounding != null && isBegun(playbackId)) {
            flush(sounding, reason, now);
        }
    }

    public void stopAll(String reason, long now) {
        waiting.stream().map(StreamedSound::playbackId).toList().forEach(id -> stop(id, reason, now));
        if (sounding != null) {
            flush(sounding, reason, now);
        }
    }

    /** Stops all that answers a frame before this one and may be cut short. */
    public void voidBefore(long frame, String reason, long now) {
        waiting.stream()
                .filter(sound -> sound.isVoid(frame))
                .map(StreamedSound::playbackId)
                .toList()
                .forEach(id -> stop(id, reason, now));
        if (sounding != null && sounding.sound.isVoid(frame)) {
            flush(sounding, reason, now);
        }
    }

    /** Silent from the next frame on, or no longer so. */
    public void pause(boolean wanted, long now) {
        if (paused == wanted) {
            return;
        }
        paused = wanted;
        if (leg != null && wanted) {
            leg.pause();
        } else if (leg != null) {
            leg.resume();
        }
        Sounding at = sounding;
        if (wanted) {
            pausedAt = now;
        } else if (at != null && at.startedAt >= 0) {
            at.pausedMicros += now - Math.max(pausedAt, at.startedAt);
        }
        if (at != null && at.startedAt >= 0) {
            if (wanted) {
                listener.paused(at.sound.playbackId());
            } else {
                listener.resumed(at.sound.playbackId());
            }
        }
    }

    /** Asterisk has come to a mark. */
    public void marked(String mark, long now) {
        Sounding at = sounding;
        if (at != null && mark.equals("s" + at.number)) {
            at.startedAt = now;
            listener.started(at.sound.playbackId());
        } else if (at != null && mark.equals("m" + at.number)) {
            feed(at, 1);
        } else if (at != null && mark.equals("e" + at.number)) {
            sounding = null;
            over(at, at.total, Optional.empty());
            next();
        } else {
            // It came to its end just before it was flushed.
            leaving.stream()
                    .filter(left -> mark.equals("e" + left.number))
                    .forEach(left -> over(left, left.total, Optional.empty()));
        }
    }

    /** Asterisk's answer to a status: so many frames had not been sent. */
    public void left(int frames) {
        Sounding stopped = leaving.poll();
        if (stopped != null) {
            over(stopped, Math.max(0, stopped.sent - frames), stopped.reason);
        }
    }

    /** How a sound ended; empty where it has not, or is not known (any more). */
    public Optional<Ending> ending(String playbackId) {
        return Optional.ofNullable(past.get(playbackId));
    }

    public boolean isSounding(String playbackId) {
        return isBegun(playbackId) && sounding != null && sounding.startedAt >= 0;
    }

    /** Level of what is sent to the caller now, as the clock has it, in dB relative to full scale. */
    public float levelDb(long now) {
        Sounding at = sounding;
        if (paused || at == null || at.startedAt < 0) {
            return (float) Pcm.SILENCE_DB;
        }
        int frame = Math.min(reckoned(at, now), at.total - 1);
        ByteBuffer pcm = ByteBuffer.wrap(at.sound.frames(), frame * Frames.BYTES, Frames.BYTES);
        return (float) Pcm.levelDb(Pcm.fromBytes(pcm));
    }

    private boolean isBegun(String playbackId) {
        return sounding != null && sounding.sound.playbackId().equals(playbackId);
    }

    /** Whether it waits, is heard or was, as far back as is remembered. */
    public boolean isKnown(String playbackId) {
        return past.containsKey(playbackId) || isBegun(playbackId) || isWaiting(playbackId) || isLeaving(playbackId);
    }

    private boolean isWaiting(String playbackId) {
        return waiting.stream().anyMatch(sound -> sound.playbackId().equals(playbackId));
    }

    private boolean isLeaving(String playbackId) {
        return leaving.stream().anyMatch(left -> left.sound.playbackId().equals(playbackId));
    }

    private void next() {
        if (leg == null || sounding != null || waiting.isEmpty()) {
            return;
        }
        Sounding begun = new Sounding(waiting.remove(), ++numbers);
        sounding = begun;
        leg.mark("s" + begun.number);
        if (begun.total == 0) {
            leg.mark("e" + begun.number);
        }
        feed(begun, AHEAD / STRETCH);
    }

    private void feed(Sounding to, int stretches) {
        if (leg == null) {
            return;
        }
        for (int i = 0; i < stretches && to.sent < to.total; i++) {
            int until = Math.min(to.total, to.sent + STRETCH);
            leg.audio(Arrays.copyOfRange(to.sound.frames(), to.sent * Frames.BYTES, until * Frames.BYTES));
            to.sent = until;
            leg.mark((until == to.total ? "e" : "m") + to.number);
        }
    }

    /** Back to back these four are exact: nothing is sent between the answer and the flush. */
    private void flush(Sounding stopped, String reason, long now) {
        sounding = null;
        stopped.reason = Optional.of(reason);
        if (leg == null) {
            over(stopped, reckoned(stopped, now), stopped.reason);
            return;
        }
        if (!paused) {
            leg.pause();
        }
        leg.askStatus();
        leg.flush();
        if (!paused) {
            leg.resume();
        }
        leaving.add(stopped);
        next();
    }

    private int reckoned(Sounding lost, long now) {
        if (lost.startedAt < 0) {
            return 0;
        }
        long stoodStill = lost.pausedMicros + (paused ? now - Math.max(pausedAt, lost.startedAt) : 0);
        return (int) Math.clamp((now - lost.startedAt - stoodStill) / Frames.MICROS, 0, lost.sent);
    }

    private void over(Sounding done, int frames, Optional<String> reason) {
        if (!done.over) {
            done.over = true;
            ended(
                    done.sound.playbackId(),
                    new Ending.Heard(frames * Frames.MILLIS, frames >= done.total ? Optional.empty() : reason));
        }
    }

    private void ended(String playbackId, Ending ending) {
        past.put(playbackId, ending);
        listener.ended(playbackId, ending);
    }
}
