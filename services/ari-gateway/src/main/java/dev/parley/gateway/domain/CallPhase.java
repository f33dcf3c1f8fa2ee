package dev.parley.gateway.domain;

import java.util.Set;

/** How far an answered call has come. Each phase offers only its legal moves; a call can end from every one of them, and ends once. */
public enum CallPhase {
    /** It is up and the topics know of it. */
    UP,
    /** Nothing happened for too long: good-bye is being said. The caller can still speak up. */
    LEAVING,
    /** Asterisk was asked to hang up. */
    HANGING_UP,
    /** It is over; nothing is published of its audio any more. */
    ENDED;

    private Set<CallPhase> moves() {
        return switch (this) {
            case UP -> Set.of(LEAVING, HANGING_UP, ENDED);
            case LEAVING -> Set.of(UP, HANGING_UP, ENDED);
            case HANGING_UP -> Set.of(ENDED);
            case ENDED -> Set.of();
        };
    }

    public boolean mayBecome(CallPhase next) {
        return moves().contains(next);
    }

    /** @throws IllegalStateException where that is no legal move */
    public CallPhase to(CallPhase next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("a call that is " + this + " cannot become " + next);
        }
        return next;
    }
}
