package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class DrainWorkerTest {

    private static final Duration IN_TIME = Duration.ofSeconds(30);

    private final CountingScheduler scheduler = new CountingScheduler(Schedulers.newParallel("drain", 2));
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void stop() {
        scheduler.dispose();
    }

    @Test
    void work_runs_on_the_calling_thread_or_on_the_scheduler_as_asked() {
        List<Thread> by = new CopyOnWriteArrayList<>();
        DrainWorker drainWorker = drainWorker(() -> {
            by.add(Thread.currentThread());
            return false;
        });

        drainWorker.runHere();
        drainWorker.submit();
        await().atMost(IN_TIME).until(() -> by.size() == 2);

        assertThat(by.get(0)).isSameAs(Thread.currentThread());
        assertThat(by.get(1).getName()).startsWith("drain");
    }

    @Test
    void work_that_expects_more_is_polled_for_and_needs_no_wake_up() {
        DrainWorker drainWorker = drainWorker(() -> done.incrementAndGet() < 10);

        drainWorker.submit();
        for (int i = 1; i < 10; i++) {
            awaitDone(i);
            drainWorker.submitLazily();
        }
        awaitDone(10);

        assertThat(scheduler.atOnce).hasValue(1);
    }

    @Test
    void work_that_was_polled_for_in_vain_for_long_enough_is_woken_again() {
        DrainWorker drainWorker = drainWorker(() -> done.incrementAndGet() < 3);

        drainWorker.submit();
        awaitDone(1);
        await().atMost(IN_TIME).until(() -> scheduler.rests() && scheduler.later.get() > 1);
        drainWorker.submitLazily();
        awaitDone(2);

        assertThat(scheduler.atOnce).hasValue(2);
    }

    @Test
    void urgent_work_does_not_wait_for_the_next_poll() {
        Set<Thread> by = ConcurrentHashMap.newKeySet();
        DrainWorker drainWorker = drainWorker(() -> by.add(Thread.currentThread()));

        drainWorker.submit();
        await().atMost(IN_TIME).until(() -> scheduler.later.get() > 0);

        // Repeated: while the other thread runs its poll, the call leaves the work to it.
        await().atMost(IN_TIME).until(() -> {
            drainWorker.runHere();
            return by.contains(Thread.currentThread());
        });
    }

    @Test
    void no_call_is_missed_and_no_two_threads_work_at_a_time() throws InterruptedException {
        AtomicLong called = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        AtomicInteger working = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        DrainWorker drainWorker = drainWorker(() -> {
            if (working.getAndIncrement() != 0) {
                overlaps.incrementAndGet();
            }
            seen.set(called.get());
            working.decrementAndGet();
            return seen.get() % 3 != 0;
        });

        List<Thread> callers = IntStream.range(0, 4)
                .mapToObj(seed -> new Thread(() -> {
                    SplittableRandom random = new SplittableRandom(seed);
                    for (int i = 0; i < 50_000; i++) {
                        called.incrementAndGet();
                        switch (random.nextInt(3)) {
                            case 0 -> drainWorker.runHere();
                            case 1 -> drainWorker.submit();
                            default -> drainWorker.submitLazily();
                        }
                    }
                }))
                .toList();
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }

        await().atMost(IN_TIME).until(() -> seen.get() == 200_000);
        assertThat(overlaps).hasValue(0);
    }

    @Test
    void a_scheduler_that_takes_no_task_is_reported() {
        AtomicBoolean refused = new AtomicBoolean();
        DrainWorker drainWorker = new DrainWorker(() -> false, scheduler, refusal -> refused.set(true));
        drainWorker.dispose();

        drainWorker.submit();

        assertThat(refused).isTrue();
    }

    private DrainWorker drainWorker(BooleanSupplier work) {
        return new DrainWorker(work, scheduler, refusal -> {});
    }

    private void awaitDone(int times) {
        await().pollInterval(Duration.ofMillis(1)).atMost(IN_TIME).until(() -> done.get() == times);
    }

    /** Counts the tasks of its workers. */
    private static final class CountingScheduler implements Scheduler {

        private final Scheduler scheduler;
        private final AtomicInteger atOnce = new AtomicInteger();
        private final AtomicInteger later = new AtomicInteger();
        private final AtomicInteger laterDone = new AtomicInteger();

        CountingScheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        boolean rests() {
            return later.get() == laterDone.get();
        }

        @Override
        public Disposable schedule(Runnable task) {
            return scheduler.schedule(task);
        }

        @Override
        public Worker createWorker() {
            Worker worker = scheduler.createWorker();
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    return schedule(task, 0, TimeUnit.MILLISECONDS);
                }

                @Override
                public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                    if (delay == 0) {
                        atOnce.incrementAndGet();
                        return worker.schedule(task);
                    }
                    later.incrementAndGet();
                    return worker.schedule(
                            () -> {
                                task.run();
                                laterDone.incrementAndGet();
                            },
                            delay,
                            unit);
                }

                @Override
                public void dispose() {
                    worker.dispose();
                }
            };
        }

        @Override
        public void dispose() {
            scheduler.dispose();
        }
    }
}
