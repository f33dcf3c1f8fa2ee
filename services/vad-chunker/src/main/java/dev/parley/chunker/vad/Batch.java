package dev.parley.chunker.vad;

import dev.parley.chunker.domain.CallListening.Window;
import dev.parley.speech.VadState;
import dev.parley.speech.VoiceActivityModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Listens on in many calls at once: their next windows are asked about together, round by round, until none has anything left.
 * Silero takes 45 µs a window in a batch of 64, and 120 alone. One thread.
 */
public final class Batch {
    private final VoiceActivityModel model;

    public Batch(VoiceActivityModel model) {
        this.model = model;
    }

    /** Goes on in each of these calls as far as its frames reach, at most so many windows; tells whether any has more. */
    public boolean listen(Collection<ListenedCall> calls, int rounds) {
        List<ListenedCall> going = new ArrayList<>(calls);
        List<ListenedCall> asked = new ArrayList<>(going.size());
        List<VadState> states = new ArrayList<>(going.size());
        List<short[]> windows = new ArrayList<>(going.size());
        for (int round = 0; round < rounds && !going.isEmpty(); round++) {
            asked.clear();
            states.clear();
            windows.clear();
            for (ListenedCall call : going) {
                Window window = call.advance();
                if (window != null) {
                    asked.add(call);
                    states.add(call.vad());
                    windows.add(window.samples());
                }
            }
            if (asked.isEmpty()) {
                return false;
            }
            float[] voice = model.infer(states, windows);
            for (int i = 0; i < voice.length; i++) {
                asked.get(i).windowSays(voice[i]);
            }
            List<ListenedCall> done = going;
            going = asked;
            asked = done;
        }
        return !going.isEmpty();
    }
}
