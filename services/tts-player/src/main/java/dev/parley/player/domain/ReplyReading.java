package dev.parley.player.domain;

import dev.parley.records.Reply;
import dev.parley.records.ReplyKind;
import dev.parley.schemas.Fence;
import org.jspecify.annotations.Nullable;

/** Takes the agent's records: chunks into the list, commits that let them be heard, cancels and ends. */
final class ReplyReading {
    /**
     * So many chunks of an answer are made before it is known whether it will be heard: while they play there is time for the rest. An engine
     * that is busy with the fifth sentence of an answer that nobody will hear keeps the first of the next one waiting.
     */
    private static final int SPOKEN_AHEAD = 2;

    private final String callId;
    private final Playlist list;
    private final Stage stage;
    private final Closing closing;
    private final Takeover takeover;
    private final Fence fence;
    private final Acts acts;
    private boolean ended;

    ReplyReading(
            String callId, Playlist list, Stage stage, Closing closing, Takeover takeover, Fence fence, Acts acts) {
        this.callId = callId;
        this.list = list;
        this.stage = stage;
        this.closing = closing;
        this.takeover = takeover;
        this.fence = fence;
        this.acts = acts;
    }

    /** The call is over: what comes from now on is not played. */
    void callEnded(long now) {
        ended = true;
        for (Answer answer : list.all()) {
            stage.withdraw(answer, Reason.HANG_UP, now);
            closing.settle(answer);
        }
    }

    boolean hasEnded() {
        return ended;
    }

    void read(Reply reply, String playbackId, long now) {
        AnswerId id = AnswerId.of(reply);
        switch (reply.getType()) {
            case CHUNK -> chunk(reply, id, playbackId, now);
            case END -> end(id, reply);
            case COMMIT -> commit(id, reply, now);
            case CANCEL -> cancel(id, now);
            case UNKNOWN -> {}
        }
    }

    private void chunk(Reply reply, AnswerId id, String playbackId, long now) {
        String text = reply.getText() == null ? "" : reply.getText();
        ReplyChunk chunk = new ReplyChunk(callId, playbackId, id, reply.getN(), text, reply.getInterruptible());
        if (ended || list.isPast(playbackId) || list.isCancelled(id)) {
            acts.add(new Act.Over(chunk, null));
            return;
        }
        Answer answer = list.getOrAdd(id, reply.getBasedOn());
        if (answer.holds(chunk.n())) {
            return; // read twice
        }
        Track track = new Track(chunk, answer);
        answer.add(track, now);
        if (!reply.getSpeculative() || answer.isPlayable()) {
            list.allow(answer, reply.getTurn(), now);
        }
        takeover.chunk(track);
        if (!takeover.isUnderWay() && track.isVoid(fence.voidBefore())) {
            closing.close(track, now, answer.isPlayable());
            closing.retireIfVoid(answer);
        } else if (answer.isPlayable() || chunk.n() < SPOKEN_AHEAD) {
            acts.add(new Act.Synthesise(chunk, answer.isPlayable()));
        } // else its sound is asked for at the commit
    }

    private void end(AnswerId id, Reply reply) {
        @Nullable Answer answer = list.get(id);
        if (answer == null || reply.getCount() == null) {
            acts.add(new Act.Settled(id));
            return;
        }
        answer.end(reply.getCount());
        closing.settleIfOver(answer);
    }

    private void commit(AnswerId id, Reply reply, long now) {
        if (ended || list.isCancelled(id)) {
            acts.add(new Act.Settled(id));
            return;
        }
        Answer answer = list.getOrAdd(id, reply.getBasedOn());
        list.allow(answer, reply.getTurn(), now);
        if (!takeover.isUnderWay() && answer.isVoid(fence.voidBefore())) {
            stage.withdraw(answer, Reason.BARGE_IN, now);
            closing.retireIfVoid(answer);
            return;
        }
        for (Track track : answer.tracks()) {
            if (!track.hasSound()) {
                acts.add(new Act.Synthesise(track.chunk, true));
            }
        }
        closing.settleIfOver(answer);
        if (id.kind() == ReplyKind.ANSWER) {
            // The agent commits to one answer a turn: what it tried on an older basis will never be committed.
            for (Answer outdated : list.outdatedBy(id, fence.voidBefore())) {
                stage.withdraw(outdated, Reason.CANCELLED, now);
                closing.settle(outdated);
            }
        }
    }

    private void cancel(AnswerId id, long now) {
        list.cancel(id);
        @Nullable Answer answer = list.get(id);
        if (answer == null) {
            acts.add(new Act.Settled(id));
        } else if (!takeover.isUnderWay()) { // until then it is not known whether it is inside Asterisk
            stage.withdraw(answer, Reason.CANCELLED, now);
            closing.settle(answer);
        }
    }
}
