package dev.parley.player.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.Suspicion;
import org.jspecify.annotations.Nullable;

/**
 * What both writers of barge.in say of one call, merged: the highest {@code voidBefore} wins and never falls; a suspicion stands
 * until the chunker takes it back, the agent finds it harmless, or its deadline passes.
 */
public final class Fence {
    private long voidBefore;
    private @Nullable Suspicion suspicion;
    private long dismissedThrough = -1;
    private long newestAt;

    /**
     * Takes a writer's newest view.
     *
     * @return whether it raised {@code voidBefore}
     */
    public boolean merge(BargeIn view) {
        newestAt = Math.max(newestAt, view.getAt());
        if (view.getWriter() == BargeInWriter.CHUNKER) {
            suspicion = view.getSuspicion();
        }
        dismissedThrough = Math.max(dismissedThrough, view.getDismissedThrough());
        boolean raised = view.getVoidBefore() > voidBefore;
        voidBefore = Math.max(voidBefore, view.getVoidBefore());
        return raised;
    }

    public long voidBefore() {
        return voidBefore;
    }

    /** Instant of the newest record that was merged, in microseconds since 1970. */
    public long newestAt() {
        return newestAt;
    }

    /** The suspicion that stands now: not taken back, not dismissed, its deadline (microseconds since 1970) not passed. */
    public @Nullable Suspicion standing(long now) {
        return suspicion != null && suspicion.getFrame() > dismissedThrough && now < suspicion.getDeadlineAt()
                ? suspicion
                : null;
    }

    /** Why a suspicion that stood does so no longer. */
    Reason whyLifted(long now) {
        return suspicion != null && suspicion.getFrame() > dismissedThrough && now >= suspicion.getDeadlineAt()
                ? Reason.DEADLINE
                : Reason.DISMISSED;
    }
}
