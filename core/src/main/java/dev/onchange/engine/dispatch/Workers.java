package dev.onchange.engine.dispatch;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Runs the work of all handlers on the given executor. To wake a thread costs more than to handle a change: so a thread
 * that is awake goes on with all work that is ready, of all handlers, and wakes another thread before it begins work that
 * may block. An executor that refuses work is full: it is tried again after a while, and what is ready waits.
 */
public final class Workers implements Executor {

    private static final long FIRST_WAIT_MILLIS = 1;
    private static final long LONGEST_WAIT_MILLIS = 250;

    private final Executor handlers;
    private final Scheduler timer;
    private final ThreadPermits permits;
    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakeUpPending = new AtomicBoolean();
    private final AtomicBoolean retryScheduled = new AtomicBoolean();
    private final ReentrantCalls reentrantCalls = new ReentrantCalls();
    private volatile @Nullable Throwable refusal;
    private volatile long waitMillis = FIRST_WAIT_MILLIS;

    /** For an executor whose number of threads is not known. */
    public Workers(Executor handlers, Scheduler timer) {
        this(handlers, Integer.MAX_VALUE, timer);
    }

    /**
     * @param handlers runs the handlers, which may block
     * @param threads how many of these may run at a time
     * @param timer schedules what waits; its threads are never blocked
     */
    public Workers(Executor handlers, int threads, Scheduler timer) {
        this.handlers = handlers;
        this.timer = timer;
        this.permits = new ThreadPermits(this, threads);
    }

    /** Schedules what waits. */
    public Scheduler timer() {
        return timer;
    }

    /** The calls of all handlers that must not be waited for. */
    public ReentrantCalls reentrantCalls() {
        return reentrantCalls;
    }

    /** Runs something soon that may block, and does not throw. */
    @Override
    public void execute(Runnable work) {
        ready.add(work);
        wakeUp();
    }

    /** The same for a handler, within its permits. */
    public void execute(String handlerId, Runnable work) {
        HandlerPermits ofHandler = permits.of(handlerId);
        (ofHandler == null ? this : ofHandler).execute(work);
    }

    ThreadPermits permits() {
        return permits;
    }

    /** Why no thread can be had at the moment; null if one can. */
    @Nullable
    Throwable refusal() {
        Throwable cause = refusal;
        return cause == null
                ? null
                : new OnChangeException(
                        List.of(new Problem(
                                ProblemCode.NO_THREAD,
                                handlers.toString(),
                                "it refuses work (" + cause.getClass().getName() + "), so changes wait.",
                                "Give it more threads or a longer queue, or give the listeners an executor of their own; one"
                                        + " that is shut down runs nothing any more.")),
                        cause);
    }

    Disposable runAfter(Duration wait, Runnable work) {
        return timer.schedule(work, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Wakes a thread, unless one is about to come anyway. */
    private void wakeUp() {
        if (!wakeUpPending.get() && !retryScheduled.get() && wakeUpPending.compareAndSet(false, true)) {
            try {
                handlers.execute(this::work);
            } catch (Throwable refused) {
                wakeUpPending.set(false);
                wakeUpLater(refused);
            }
        }
    }

    private void wakeUpLater(Throwable refused) {
        refusal = refused;
        if (retryScheduled.compareAndSet(false, true)) {
            timer.schedule(this::retryWakeUp, waitMillis, TimeUnit.MILLISECONDS);
            waitMillis = Math.min(2 * waitMillis, LONGEST_WAIT_MILLIS);
        }
    }

    private void retryWakeUp() {
        retryScheduled.set(false);
        if (!ready.isEmpty()) {
            wakeUp();
        }
    }

    private void work() {
        if (refusal != null) {
            refusal = null;
            waitMillis = FIRST_WAIT_MILLIS;
        }
        do {
            wakeUpPending.set(false);
            for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
                if (!ready.isEmpty()) {
                    wakeUp();
                }
                next.run();
            }
            // The thread that was woken may never come: from here on the next wake-up finds this thread, now free.
            wakeUpPending.set(false);
        } while (!ready.isEmpty());
    }
}
