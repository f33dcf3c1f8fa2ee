package dev.parley.chunker.vad;

import dev.parley.chunker.domain.CallListening;
import dev.parley.chunker.domain.Decision;
import dev.parley.records.ListeningCheckpoint;
import dev.parley.speech.VadState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A call and what the network remembers of it. What it decides goes out as it is decided, checkpoints in their place among it. One thread. */
public final class ListenedCall {
    /** Where a call's records go. */
    public interface Out {
        void decided(Decision decision);

        /** All that was decided so far lies before this. */
        void checkpoint(ListeningCheckpoint checkpoint);
    }

    private final CallListening listening;
    private final Out out;
    private VadState vad;

    public ListenedCall(CallListening listening, Out out) {
        this.listening = listening;
        this.out = out;
        ByteBuffer remembered = listening.vadAtStart();
        byte[] bytes = new byte[remembered.remaining()];
        remembered.get(bytes);
        vad = bytes.length == 0 ? new VadState() : VadState.fromBytes(bytes);
    }

    public CallListening listening() {
        return listening;
    }

    VadState vad() {
        return vad;
    }

    CallListening.@Nullable Window advance() {
        while (true) {
            CallListening.Window window = listening.advance();
            publish();
            if (window == null && listening.checkpointIsDue()) {
                keep();
                continue;
            }
            if (window != null && window.fresh()) {
                vad = new VadState();
            }
            return window;
        }
    }

    void windowSays(float probability) {
        listening.windowSays(probability);
        publish();
        if (listening.checkpointIsDue()) {
            keep();
        }
    }

    public void lose() {
        listening.lose();
        publish();
        if (listening.checkpointIsDue()) {
            keep();
        }
    }

    private void publish() {
        listening.take().forEach(out::decided);
    }

    private void keep() {
        out.checkpoint(listening.checkpoint(vad.toBytes()));
    }
}
