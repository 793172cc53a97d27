package dev.onchange.engine.retry;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Detects calls that take too long. It looks at all of them from time to time, so that a call costs no timer and no look at the
 * clock, and is detected a little late.
 */
public final class Watchdog implements AutoCloseable {

    /** How often it looks within the time that a call may take. */
    private static final int LOOKS = 8;

    private final Duration timeout;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private final Disposable looking;

    /**
     * @param timeout how long a call may take
     * @param timer nothing blocks it
     */
    public Watchdog(Duration timeout, Scheduler timer) {
        this.timeout = timeout;
        long period = Math.max(TimeUnit.MILLISECONDS.toNanos(1), timeout.toNanos() / LOOKS);
        this.looking = timer.schedulePeriodically(this::look, period, period, TimeUnit.NANOSECONDS);
    }

    Duration timeout() {
        return timeout;
    }

    /** Watches a call until {@link #leave}. */
    void watch(Call call) {
        calls.add(call);
    }

    void leave(Call call) {
        calls.remove(call);
    }

    /** Watches no longer. */
    @Override
    public void close() {
        looking.dispose();
        calls.clear();
    }

    @SuppressWarnings("ModifyCollectionInEnhancedForLoop") // it is concurrent
    private void look() {
        for (Call call : calls) {
            call.looks++;
            if (call.looks == LOOKS + 1) {
                call.late();
            } else if (call.looks == 2 * LOOKS + 1) {
                calls.remove(call);
                call.stuck();
            }
        }
    }

    /** A call that is watched. */
    abstract static class Call {

        private int looks;

        /** It has taken too long. */
        abstract void late();

        /** It has taken twice as long as it may. */
        void stuck() {}
    }
}
