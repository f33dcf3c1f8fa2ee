package dev.parley.player.domain;

import java.util.ArrayList;
import java.util.List;

/** What was decided since it was last taken, in order. */
final class Acts {
    private List<Act> decided = new ArrayList<>();

    void add(Act act) {
        decided.add(act);
    }

    List<Act> take() {
        List<Act> taken = decided;
        decided = new ArrayList<>();
        return taken;
    }
}
