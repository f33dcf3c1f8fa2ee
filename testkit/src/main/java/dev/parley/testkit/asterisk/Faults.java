package dev.parley.testkit.asterisk;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a test lets go wrong. Any thread may set it; it holds from the next event or request on.
 */
public final class Faults {
    private record Failure(String method, String pathPart, int status, AtomicInteger left) {}

    private final Map<String, AtomicInteger> eventsToLose = new HashMap<>();
    private volatile Duration eventDelay = Duration.ZERO;
    private volatile Duration replyDelay = Duration.ZERO;
    private volatile Failure failure = new Failure("", "", 500, new AtomicInteger());
    private final AtomicInteger silentTaps = new AtomicInteger();

    Faults() {}

    /** Every event reaches the client so much later, in order. */
    public void delayEvents(Duration delay) {
        eventDelay = delay;
    }

    /** The next {@code count} events of a type never reach the client: a stop at a list's boundary can do that. */
    public synchronized void loseEvents(String type, int count) {
        eventsToLose.put(type, new AtomicInteger(count));
    }

    /** Every REST request is taken so much later. */
    public void delayRequests(Duration delay) {
        replyDelay = delay;
    }

    /**
     * The next {@code count} requests that match are answered with {@code status} and do nothing.
     *
     * @param method such as POST
     * @param pathPart what the path must contain, such as {@code /play}
     */
    public void failRequests(String method, String pathPart, int status, int count) {
        failure = new Failure(method, pathPart, status, new AtomicInteger(count));
    }

    /** The next {@code count} taps that join a bridge give no frame, though addChannel says 204. */
    public void silentTaps(int count) {
        silentTaps.set(count);
    }

    Duration eventDelay() {
        return eventDelay;
    }

    Duration replyDelay() {
        return replyDelay;
    }

    synchronized boolean losesEvent(String type) {
        AtomicInteger left = eventsToLose.get(type);
        return left != null && left.getAndDecrement() > 0;
    }

    /** The status that this request is to fail with, or 0. */
    int failureOf(String method, String path) {
        Failure wanted = failure;
        boolean matches = wanted.left.get() > 0 && wanted.method.equals(method) && path.contains(wanted.pathPart);
        return matches && wanted.left.getAndDecrement() > 0 ? wanted.status : 0;
    }

    boolean nextTapIsSilent() {
        return silentTaps.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }
}
