package dev.parley.devstack;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Something that is done to a stack beside a call, on a thread of its own: begun while the caller goes on, and waited for later. */
final class Meanwhile {
    private static final Executor THREAD = Thread::startVirtualThread;

    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    /** What is done. */
    interface Action {
        void run() throws Exception;
    }

    /** Nothing, and it is done already. */
    static Meanwhile nothing() {
        Meanwhile nothing = new Meanwhile();
        nothing.done.complete(true);
        return nothing;
    }

    void begin(Action action) {
        THREAD.execute(() -> run(action));
    }

    void beginAfter(Duration delay, Action action) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, THREAD)
                .execute(() -> run(action));
    }

    private void run(Action action) {
        try {
            action.run();
            done.complete(true);
        } catch (Throwable fault) {
            done.completeExceptionally(fault);
        }
    }

    /** Waits until it is done, 90 s at most; fails where it failed. */
    void join() {
        done.orTimeout(90, TimeUnit.SECONDS).join();
    }

    /** The same, but however it ended is well. */
    void joinAnyhow() {
        done.orTimeout(90, TimeUnit.SECONDS).exceptionally(fault -> false).join();
    }
}
