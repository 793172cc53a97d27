package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs the passes of a member on a thread of its own, so that neither busy handlers nor a busy pool of connections delay its
 * beats; other work of the member takes its turn between two passes.
 */
public final class ClusterLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Scheduler thread;
    private final ClusterMember member;
    private final Queue<Runnable> turns = new ArrayDeque<>();
    private final Disposable.Swap timer = Disposables.swap();
    private boolean busy;
    private volatile boolean running;

    /**
     * @param thread of the member
     * @param member makes it; is given what asks for a pass at once
     */
    public ClusterLoop(Scheduler thread, Function<Runnable, ClusterMember> member) {
        this.thread = thread;
        this.member = member.apply(() -> passAfter(Duration.ZERO));
    }

    public ClusterMember member() {
        return member;
    }

    /** Begins the passes. */
    public void start() {
        running = true;
        thread.schedule(() -> passAfter(member.untilFirst()));
    }

    /** Asks for a pass soon. */
    public void wake() {
        passAfter(Duration.ZERO);
    }

    /** Ends the passes; one that is under way is finished. */
    public void stop() {
        running = false;
        timer.dispose();
    }

    /** On the thread of the passes: from another one, a pass that has begun by then could end, and the next one be cancelled in its place. */
    private void passAfter(Duration time) {
        if (running) {
            thread.schedule(() -> timer.update(thread.schedule(this::pass, time.toNanos(), TimeUnit.NANOSECONDS)));
        }
    }

    private void pass() {
        inTurn(member.pass()).subscribe(this::passAfter, failure -> {
            // Without passes this instance would be dead for good.
            LOG.error("A pass of the cluster's member failed, which it is not to; the next one is tried", failure);
            passAfter(AFTER_FAILURE);
        });
    }

    /** Does something on the thread of the member, while no pass is under way. */
    public <T> Mono<T> inTurn(Mono<T> work) {
        return Mono.create(caller -> thread.schedule(() -> {
            turns.add(() ->
                    work.doFinally(signal -> released()).subscribe(caller::success, caller::error, caller::success));
            next();
        }));
    }

    private void released() {
        busy = false;
        next();
    }

    private void next() {
        if (!busy) {
            Runnable turn = turns.poll();
            if (turn != null) {
                busy = true;
                turn.run();
            }
        }
    }
}
