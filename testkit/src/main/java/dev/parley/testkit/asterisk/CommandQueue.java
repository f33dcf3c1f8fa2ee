package dev.parley.testkit.asterisk;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What a channel in Stasis was told to do, in order. A playback is such a command and holds up the ones after it: a
 * variable that is set while it plays is set when it has ended. Belongs to the clock's thread.
 */
final class CommandQueue {
    private sealed interface Command {}

    private record Play(Playback playback) implements Command {}

    private record Run(Runnable task) implements Command {}

    private final Channel channel;
    private final Switchboard board;
    private final Deque<Command> waiting = new ArrayDeque<>();
    private @Nullable Playback current;
    private boolean advancing;

    CommandQueue(Channel channel, Switchboard board) {
        this.channel = channel;
        this.board = board;
    }

    void play(Playback playback) {
        waiting.add(new Play(playback));
        advance();
    }

    void run(Runnable task) {
        waiting.add(new Run(task));
        advance();
    }

    boolean isPlaying() {
        return current != null;
    }

    boolean isIdle() {
        return current == null && waiting.isEmpty();
    }

    boolean isCurrent(Playback playback) {
        return current == playback;
    }

    /** The bot's frame of this tick, or null. */
    short @Nullable [] frame() {
        Playback playing = current;
        if (playing == null) {
            return null;
        }
        short[] frame = playing.frame();
        if (frame != null && playing.isOver()) {
            board.clock.afterTick(Playbacks.LAST_PACKET_TO_FINISHED, () -> mediaEnded(playing));
        }
        return frame;
    }

    /** The client stopped the current playback: nothing more of it is sent, and the next one starts. */
    void stopped(Playback playback) {
        if (current == playback) {
            finished(playback);
        }
    }

    /** The channel is gone: what plays fails, and what waits is started and fails too, each in its turn. */
    void channelEnded() {
        Playback playing = current;
        current = null;
        if (playing != null) {
            if (playing.state != Playback.State.STOPPED) {
                playing.state = Playback.State.FAILED;
            }
            board.playbacks.forget(playing);
            board.playbacks.publishFinished(channel, playing);
        }
        for (Command command : waiting) {
            switch (command) {
                case Play play -> neverPlayed(play.playback);
                case Run run -> run.task.run();
            }
        }
        waiting.clear();
    }

    private void neverPlayed(Playback playback) {
        board.playbacks.forget(playback);
        if (playback.state != Playback.State.CANCELLED) {
            playback.state = Playback.State.PLAYING;
            board.playbacks.publishStarted(channel, playback);
            playback.state = Playback.State.FAILED;
        }
        board.playbacks.publishFinished(channel, playback);
    }

    private void advance() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            while (current == null && !waiting.isEmpty()) {
                switch (waiting.remove()) {
                    case Run run -> run.task.run();
                    case Play play -> begin(play.playback);
                }
            }
        } finally {
            advancing = false;
        }
    }

    private void begin(Playback playback) {
        if (playback.state == Playback.State.CANCELLED) {
            board.playbacks.forget(playback);
            board.playbacks.publishFinished(channel, playback);
            return;
        }
        current = playback;
        load(playback);
    }

    private void load(Playback playback) {
        playback.state = Playback.State.PLAYING;
        board.playbacks.publishStarted(channel, playback);
        board.media.load(playback.mediaUri(), result -> loaded(playback, result));
    }

    private void loaded(Playback playback, MediaSource.Result result) {
        if (current != playback) {
            return;
        }
        playback.controllable = result.controllable();
        switch (result) {
            case MediaSource.Nothing nothing -> {
                // Asterisk leaves without a word: no PlaybackFinished, ever.
                board.playbacks.forget(playback);
                current = null;
                advance();
            }
            case MediaSource.Loading loading -> {}
            case MediaSource.Unplayable unplayable -> {
                if (playback.state != Playback.State.STOPPED) {
                    playback.state = Playback.State.FAILED;
                }
                finished(playback);
            }
            case MediaSource.Audio audio -> {
                if (playback.state == Playback.State.STOPPED) {
                    finished(playback);
                } else {
                    playback.loaded(audio.samples());
                    if (playback.isOver()) {
                        mediaEnded(playback);
                    }
                }
            }
        }
    }

    private void mediaEnded(Playback playback) {
        if (current != playback || !playback.isOver()) {
            return;
        }
        if (playback.isLast()) {
            playback.state = Playback.State.COMPLETE;
            finished(playback);
        } else {
            playback.state = Playback.State.CONTINUING;
            board.playbacks.publishContinuing(channel, playback);
            playback.nextMedia();
            load(playback);
        }
    }

    private void finished(Playback playback) {
        current = null;
        board.playbacks.forget(playback);
        board.playbacks.publishFinished(channel, playback);
        advance();
    }
}
