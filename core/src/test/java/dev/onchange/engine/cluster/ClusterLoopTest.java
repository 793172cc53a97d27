package dev.onchange.engine.cluster;

import static org.awaitility.Awaitility.await;

import dev.onchange.engine.cluster.MemberInfo.Mode;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class ClusterLoopTest {

    private final MongoStores stores = new MongoStores();
    private final Scheduler thread = Schedulers.newSingle("cluster-loop-test");
    private final AtomicInteger passes = new AtomicInteger();

    @AfterEach
    void close() {
        thread.dispose();
        stores.close();
    }

    @Test
    void passes_go_on_after_one_that_ended_before_the_thread_that_asked_for_it_went_on() {
        ClusterLoop loop = new ClusterLoop(new Slow(), this::member);
        loop.start();
        await().until(() -> passes.get() > 1);

        loop.wake();

        int before = passes.get();
        await().until(() -> passes.get() > before + 1);
        loop.stop();
    }

    private ClusterMember member(Runnable wake) {
        ClusterSettings settings = ClusterSettings.withLease(Duration.ofSeconds(2));
        MongoClusterStore store = stores.members(thread);
        IdleUnits idle = new IdleUnits();
        MemberInfo info = new MemberInfo("", "host", new ProcessId("machine", 1, "1"), Mode.SHARING, "");
        return new ClusterMember(
                new ClusterMember.Parts(store, stores.commands(store), idle, idle, () -> 0),
                new ClusterMember.Identity(info, new MemberDeclaration("", Map.of()), ObjectId::new, process -> false),
                settings,
                new LocalDeadline(ClusterTime.of(Clock.systemUTC()), settings),
                view -> passes.incrementAndGet(),
                wake);
    }

    /** Whoever else asks for a pass goes on when that has ended, and the next one is due. */
    private final class Slow implements Scheduler {

        private final AtomicInteger scheduled = new AtomicInteger();

        @Override
        public Disposable schedule(Runnable task) {
            return thread.schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            int before = scheduled.incrementAndGet();
            Disposable result = thread.schedule(task, delay, unit);
            if (!Thread.currentThread().getName().startsWith("cluster-loop-test")) {
                await().until(() -> scheduled.get() > before);
            }
            return result;
        }

        @Override
        public Worker createWorker() {
            return thread.createWorker();
        }
    }
}
