package dev.parley.chunker.kafka;

import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.chunker.vad.ListenedCall;
import dev.parley.records.BargeIn;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.records.SpeechEvent;
import dev.parley.records.UtteranceChunk;
import dev.parley.schemas.Topics;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** A call of a partition: publishes what is decided, and knows from where on the topic is still needed. On the loop's thread. */
final class PartitionCall implements ListenedCall.Out {
    private final Outlet outlet;
    private final ListenedCall listened;
    private final CheckpointGate gate;
    private long neededOffset;
    private boolean endIsDurable;
    private boolean closed;
    private boolean lost;
    private Instant lastRecord;

    /**
     * @param neededOffset of the call's first record, or the one that its checkpoint names
     * @param now when the call was first heard of
     */
    PartitionCall(CallListening listening, long neededOffset, Outlet outlet, Instant now) {
        this.outlet = outlet;
        this.neededOffset = neededOffset;
        this.endIsDurable = listening.ended();
        this.lastRecord = now;
        this.listened = new ListenedCall(listening, this);
        this.gate = new CheckpointGate(
                outlet.loop(),
                checkpoint -> closed
                        ? new CompletableFuture<>()
                        : outlet.publish(Topics.LISTENING_STATE, listening.callId(), checkpoint),
                this::durable,
                this::failed);
    }

    ListenedCall listened() {
        return listened;
    }

    CallListening listening() {
        return listened.listening();
    }

    /** The offset from which on this call still needs the topic; above every offset when it needs nothing. */
    long neededOffset() {
        return endIsDurable || (lost && gate.quiet()) ? Long.MAX_VALUE : neededOffset;
    }

    /** Whether the call is over (or lost), that is on record, and a new owner would begin behind it. */
    boolean mayBeForgotten(long committed) {
        return (endIsDurable || (lost && gate.quiet())) && committed >= neededOffset;
    }

    boolean quiet() {
        return gate.quiet();
    }

    void recordCame(Instant now) {
        lastRecord = now;
        lost = false;
    }

    Instant lastRecord() {
        return lastRecord;
    }

    /** Nothing came of it for long: its utterance is closed. Should it come back, it is listened to again. */
    void lose() {
        lost = true;
        listened.lose();
    }

    boolean lost() {
        return lost;
    }

    /** Another process may own the call: nothing more is published. */
    void close() {
        closed = true;
    }

    @Override
    public void decided(Decision decision) {
        String callId = listening().callId();
        outlet.decided(decision, listening().at());
        gate.output(
                switch (decision) {
                    case Decision.Noted(SpeechEvent event) -> outlet.publish(Topics.SPEECH_EVENTS, callId, event);
                    case Decision.Cut(UtteranceChunk chunk) ->
                        outlet.publish(
                                chunk.getEarlyWords() ? Topics.UTTERANCE_CHUNKS_EARLY : Topics.UTTERANCE_CHUNKS,
                                callId,
                                chunk);
                    case Decision.Control(BargeIn state) -> outlet.publish(Topics.BARGE_IN, callId, state);
                });
    }

    @Override
    public void checkpoint(ListeningCheckpoint checkpoint) {
        gate.checkpoint(checkpoint);
    }

    private void failed(Throwable failure) {
        if (!closed) {
            outlet.failed(failure);
        }
    }

    private void durable(ListeningCheckpoint checkpoint) {
        outlet.checkpointed();
        neededOffset = checkpoint.getNeededOffset();
        endIsDurable = checkpoint.getEnded();
    }
}
