package dev.parley.schemas;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.Suspicion;
import org.jspecify.annotations.Nullable;

/**
 * What both writers of barge.in say of one call, merged, as everyone who makes sound must read it: what answers a turn before {@link #voidBefore} is not to be heard, for
 * the highest wins and never falls; while a suspicion stands nothing is. It stands until the chunker takes it back, the agent finds it harmless, or its deadline passes, so
 * that nobody who dies can keep a bot silent. Not thread-safe.
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

    /** Whether what stood does so no longer because its deadline (microseconds since 1970) has passed, rather than that anyone took it back. */
    public boolean isOverdue(long now) {
        return suspicion != null && suspicion.getFrame() > dismissedThrough && now >= suspicion.getDeadlineAt();
    }
}
