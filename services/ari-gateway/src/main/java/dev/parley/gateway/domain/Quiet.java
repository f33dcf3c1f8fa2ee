package dev.parley.gateway.domain;

import dev.parley.records.BargeIn;
import dev.parley.records.BargeInWriter;
import dev.parley.records.Suspicion;
import org.jspecify.annotations.Nullable;

/**
 * What barge.in asks of one call, its writers merged: what answers a frame below {@code voidBefore} is not to be heard, and while a
 * suspicion stands nothing is. A suspicion ends by itself at its deadline, so that nobody who dies can keep a bot silent.
 */
public final class Quiet {
    private long voidBefore;
    private long dismissedThrough = -1;
    private @Nullable Suspicion suspicion;

    /** Takes a writer's newest view. @return whether it raised {@link #voidBefore} */
    public boolean merge(BargeIn view) {
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

    /** @param now in microseconds since 1970 */
    public boolean isSuspected(long now) {
        return suspicion != null && suspicion.getFrame() > dismissedThrough && now < suspicion.getDeadlineAt();
    }
}
