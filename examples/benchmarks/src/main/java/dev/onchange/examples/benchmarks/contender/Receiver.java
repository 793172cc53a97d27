package dev.onchange.examples.benchmarks.contender;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What every handler of every contender calls. Safe for use by several threads. */
public final class Receiver {

    private final int expected;
    private final long pauseNanos;
    private final Runnable atFirst;
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicLong sum = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private final long[] delays;
    private volatile long doneAt;

    /** @param atFirst is run with the first event, before it counts */
    public Receiver(Task task, Runnable atFirst) {
        this.expected = task.events();
        this.pauseNanos = TimeUnit.MICROSECONDS.toNanos(task.pause());
        this.atFirst = atFirst;
        this.delays = new long[expected];
    }

    /** @param content something of the event that only exists once it has been decoded as far as the contender does */
    public void received(long content) {
        int number = received.incrementAndGet();
        if (number == 1) {
            begun();
        }
        sum.lazySet(sum.get() + content);
        if (pauseNanos > 0) {
            LockSupport.parkNanos(pauseNanos);
        }
        if (number == expected) {
            doneAt = System.nanoTime();
            done.countDown();
        }
    }

    /** The first call of a handler has begun; by default it counts from its first event on. */
    void begun() {
        if (begun.compareAndSet(false, true)) {
            atFirst.run();
        }
    }

    /** No more will come: what is missing was replaced by newer changes. */
    void receivedLast() {
        while (received.get() < expected) {
            received(0);
        }
    }

    /** @param sentAt when the change was about to be made, in microseconds since the epoch */
    public void receivedSentAt(long sentAt) {
        long delay = micros() - sentAt;
        int number = received.get();
        if (number < delays.length) {
            delays[number] = delay;
        }
        received(delay);
    }

    /** The present time, as the other process tells it too. */
    public static long micros() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(now.getNano());
    }

    public void failed(Throwable reason) {
        failure.compareAndSet(null, reason);
        done.countDown();
    }

    /** Waits for the last event. */
    public void await(long seconds) throws InterruptedException {
        boolean inTime = done.await(seconds, TimeUnit.SECONDS);
        Throwable reason = failure.get();
        if (reason != null) {
            throw new IllegalStateException("The contender failed", reason);
        }
        if (!inTime) {
            throw new IllegalStateException("Only " + received + " of " + expected + " events after " + seconds + " s");
        }
    }

    /** Waits for so many of the events. */
    public void awaitFirst(int events, long seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (received.get() < events && failure.get() == null) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Only " + received + " of the first " + events + " events came");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    public int count() {
        return received.get();
    }

    public long doneAt() {
        return doneAt;
    }

    /** From {@link #receivedSentAt}, in the order in which the changes came. */
    public long[] delays() {
        return delays;
    }
}
