package dev.parley.testkit.asterisk;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A phone that calls can be originated to, under the name of its endpoint. It rings until {@link #pickUp}, unless it was told to react
 * otherwise. Any thread may use it.
 */
public final class SimulatedPhone {
    /** What it does with a call: rings first, then, after {@code after}, ends it with a cause or takes it (cause null). */
    private record Reaction(Duration after, @Nullable Integer cause) {}

    private final List<OutboundLeg> legs = new CopyOnWriteArrayList<>();
    private volatile @Nullable Reaction reaction;

    SimulatedPhone() {}

    /** Rings, and is picked up after so long. */
    public SimulatedPhone answersAfter(Duration ringing) {
        reaction = new Reaction(ringing, null);
        return this;
    }

    /** Engaged: cause 17. */
    public SimulatedPhone isBusy() {
        reaction = new Reaction(Duration.ZERO, OutboundLeg.BUSY);
        return this;
    }

    /** Its owner refuses after it has rung for so long: cause 21. */
    public SimulatedPhone refusesAfter(Duration ringing) {
        reaction = new Reaction(ringing, OutboundLeg.REJECTED);
        return this;
    }

    /** Takes the newest call that still rings; does nothing where there is none. */
    public void pickUp() {
        if (!legs.isEmpty()) {
            legs.getLast().pickUp();
        }
    }

    /** Whether it rings now. */
    public boolean isRinging() {
        return !legs.isEmpty() && legs.getLast().isRinging();
    }

    /** Its newest call, once it was picked up. */
    public Optional<SimulatedCall> call() {
        return legs.isEmpty() ? Optional.empty() : legs.getLast().call();
    }

    /** How often it was called. */
    public int timesCalled() {
        return legs.size();
    }

    void called(OutboundLeg leg) {
        legs.add(leg);
        Reaction now = reaction;
        if (now != null && now.cause() != null && now.after().isZero()) {
            leg.ends(now.cause());
            return;
        }
        leg.rings();
        if (now != null) {
            leg.later(now.after(), () -> {
                if (now.cause() == null) {
                    leg.pickUpNow();
                } else {
                    leg.ends(now.cause());
                }
            });
        }
    }
}
