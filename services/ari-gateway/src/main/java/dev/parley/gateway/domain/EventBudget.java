package dev.parley.gateway.domain;

/**
 * How many events of one call are worth passing on: more than any caller can cause are a fault, or an attack, and would fill the topics.
 * Instants are microseconds since 1970.
 */
public final class EventBudget {
    private static final int MOST = 100;
    private static final long REFILL_MICROS = 20_000;

    private int left = MOST;
    private long refilledAt;

    public EventBudget(long now) {
        this.refilledAt = now;
    }

    /** @return false when there were too many lately: this one is to be dropped */
    public boolean take(long now) {
        long refills = Math.max(0, (now - refilledAt) / REFILL_MICROS);
        refilledAt += refills * REFILL_MICROS;
        left = (int) Math.min(MOST, left + refills);
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
