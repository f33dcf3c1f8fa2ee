package dev.parley.gateway.domain;

import java.util.Set;

/** How far a transfer has come. */
public enum TransferPhase {
    /** The other one is being called; the caller hears it ring. */
    CALLING,
    /** They have answered and are being connected with the caller. */
    CONNECTING,
    /** The two talk. When either hangs up, the call is over. */
    TALKING,
    /** It failed and the caller is the bot's again, or the call is over. */
    OVER;

    private Set<TransferPhase> moves() {
        return switch (this) {
            case CALLING -> Set.of(CONNECTING, OVER);
            case CONNECTING -> Set.of(TALKING, OVER);
            case TALKING -> Set.of(OVER);
            case OVER -> Set.of();
        };
    }

    public boolean mayBecome(TransferPhase next) {
        return moves().contains(next);
    }

    /** @throws IllegalStateException where that is no legal move */
    public TransferPhase to(TransferPhase next) {
        if (!mayBecome(next)) {
            throw new IllegalStateException("a transfer that is " + this + " cannot become " + next);
        }
        return next;
    }
}
