package dev.parley.player.domain;

import dev.parley.schemas.Fence;

/** How chunks and answers leave a call: a chunk once, with what was heard of it, an answer when nothing more comes of it. */
final class Closing {
    private final Playlist list;
    private final Fence fence;
    private final Story story;
    private final Acts acts;

    Closing(Playlist list, Fence fence, Story story, Acts acts) {
        this.list = list;
        this.fence = fence;
        this.story = story;
        this.acts = acts;
    }

    /** A chunk is over for good; {@code report}: somebody waits to know, though nothing of it was heard. */
    void close(Track track, long now, boolean report) {
        list.closed(track, now);
        boolean tell = report || track.hearing.hasStarted();
        acts.add(new Act.Over(track.chunk, tell ? story.heard(track, now) : null));
        settleIfOver(track.answer);
    }

    void settleIfOver(Answer answer) {
        if (answer.isOver()) {
            settle(answer);
        }
    }

    void settle(Answer answer) {
        list.remove(answer);
        acts.add(new Act.Settled(answer.id));
    }

    /** Void and nothing of it left to be heard: it must not keep others waiting, should its end never come. */
    void retireIfVoid(Answer answer) {
        if (answer.isEmpty() && answer.isVoid(fence.voidBefore())) {
            list.unqueue(answer);
            acts.add(new Act.Settled(answer.id));
        }
    }
}
