package dev.onchange.examples.benchmarks.run;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * So many times a second. The time between two is as random as half of it, so that they keep step with nothing that happens
 * each second.
 */
final class Pace {

    private final long interval;
    private final RandomGenerator random;
    private long due = System.nanoTime();

    Pace(int perSecond, RandomGenerator random) {
        this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.random = random;
    }

    /** Waits until it is time again. */
    void await() {
        due += interval / 2 + random.nextLong(interval);
        for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
            LockSupport.parkNanos(early);
        }
    }
}
