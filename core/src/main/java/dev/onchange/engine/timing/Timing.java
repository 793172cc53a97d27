package dev.onchange.engine.timing;

import java.time.Clock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * What streams take from outside.
 *
 * @param clock tells since when a stream is in its state
 * @param random shortens waits
 * @param scheduler waits; nothing that blocks runs on it
 */
public record Timing(Clock clock, RandomGenerator random, Scheduler scheduler) {

    /** The same, with somebody who is told of what tasks of the scheduler throw. */
    public Timing guarded(Consumer<Throwable> whenThrown) {
        return new Timing(clock, random, new GuardedScheduler(scheduler, whenThrown));
    }
}
