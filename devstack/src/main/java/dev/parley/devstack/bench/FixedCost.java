package dev.parley.devstack.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a length of time without using a processor. */
final class FixedCost {
    private FixedCost() {}

    static void spend(Duration cost) {
        long until = System.nanoTime() + cost.toNanos();
        for (long left = cost.toNanos(); left > 0; left = until - System.nanoTime()) LockSupport.parkNanos(left);
    }
}
