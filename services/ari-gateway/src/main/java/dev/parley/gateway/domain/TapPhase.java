package dev.parley.gateway.domain;

import java.util.Set;

/** How far a tap has come. What has been asked for in a phase exists from then on, as far as the clean-up is concerned. */
public enum TapPhase {
    /** Nothing was asked of Asterisk yet. */
    NEW,
    /** Snoop, external media and bridge are being made and joined. */
    BUILDING,
    /** The caller's frames flow. */
    OPEN,
    /** It is wanted no more: waits for what is under way, then takes everything down. */
    CLOSING,
    /** Nothing of it is left at Asterisk, or Asterisk could not be told so in time. */
    CLOSED;

    private Set<TapPhase> moves() {
        return switch (this) {
            case NEW -> Set.of(BUILDING, CLOSED);
            case BUILDING -> Set.of(OPEN, CLOSING);
            case OPEN -> Set.of(CLOSING);
            case CLOSING -> Set.of(CLOSED);
            case CLOSED -> Set.of();
        };
    }

    public boolean mayBecome(TapPhase next) {
        return moves().contains(next);
    }

    /** @throws IllegalStateException where that is no legal move */
    public TapPhase to(TapPhase next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("a tap that is " + this + " cannot become " + next);
        }
        return next;
    }
}
