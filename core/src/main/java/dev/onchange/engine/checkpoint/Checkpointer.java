package dev.onchange.engine.checkpoint;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Saves the positions that differ from those saved last: at an interval, after a number of changes, when asked to, and
 * at the end. Saves never overlap. One that fails is tried again, for ever, with growing waits, and each failure is
 * reported; only a {@link FencedException} ends it. Safe for use by several threads.
 *
 * <p>What is asked for and what is saved at the end is exact. At the interval, handlers of one stream that are busy at
 * its front are saved together, each up to one interval behind what it has settled: after a crash up to two intervals
 * are repeated. While no change is settled, positions move on with the stream alone, and are saved at each tenth interval.
 */
public final class Checkpointer {

    /** How often positions are saved while changes are handled. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    /** After how many settled changes positions are saved before the interval is over. */
    public static final long CHANGES = 100_000;

    /** How long one save may take before it counts as failed; longer than the driver looks for a primary. */
    public static final Duration TIMEOUT = Duration.ofSeconds(45);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(10), 0.2);

    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

    private final CheckpointStore store;
    private final Supplier<Map<String, Position>> positions;
    private final Settings settings;
    private final SaveObserver observer;

    private final Scheduler.Worker worker;
    private final AtomicLong settledSinceSave = new AtomicLong();
    private volatile @Nullable Throwable end;

    // from here on touched by the worker alone
    private final DirtyPositions dirty = new DirtyPositions();
    private final IdleSkip idleSkip = new IdleSkip();
    private final Queue<Rewind> rewinds = new ArrayDeque<>();
    private final Disposable.Swap timer = Disposables.swap();
    private List<MonoSink<Void>> waiting = new ArrayList<>();
    private boolean started;
    private boolean busy;
    private boolean due;
    private boolean stopping;
    private int failures;

    /**
     * @param interval how often positions are saved
     * @param changes after how many settled changes they are saved before the interval is over
     * @param scheduler whose thread calls the supplier of positions and the observer; must not be one that may block
     * @param random varies the waits after failures
     */
    public record Settings(Duration interval, long changes, Scheduler scheduler, RandomGenerator random) {

        /** The usual interval and number of changes. */
        public static Settings usual(Scheduler scheduler, RandomGenerator random) {
            return new Settings(INTERVAL, CHANGES, scheduler, random);
        }
    }

    private record Rewind(String handlerId, Position position, MonoSink<Void> caller) {}

    /**
     * @param store where positions are kept; already prepared
     * @param positions the positions of all handlers now; called for each save
     */
    public Checkpointer(
            CheckpointStore store,
            Supplier<Map<String, Position>> positions,
            Settings settings,
            SaveObserver observer) {
        this.store = store;
        this.positions = positions;
        this.settings = settings;
        this.observer = observer;
        this.worker = settings.scheduler().createWorker();
    }

    /** Begins to save at the interval. */
    public void start() {
        inTurn(
                () -> {
                    started = true;
                    saveIn(settings.interval());
                },
                null);
    }

    /** Counts changes that have been settled; cheap. */
    public void settled(long changes) {
        long count = settledSinceSave.addAndGet(changes);
        if (count >= settings.changes() && count - changes < settings.changes()) {
            inTurn(this::saveUnlessFailing, null);
        }
    }

    /** Completes once the positions of this moment are kept; fails if they could not be, though that goes on. */
    public Mono<Void> flush() {
        return Mono.create(caller -> inTurn(() -> await(caller), caller));
    }

    /**
     * Sets a kept position back, or forward, between two saves. Before that the supplier must have been told: from
     * then on it is asked again.
     */
    public Mono<Void> rewind(String handlerId, Position position) {
        return Mono.create(caller -> inTurn(
                () -> {
                    rewinds.add(new Rewind(handlerId, position, caller));
                    next();
                },
                caller));
    }

    /** Saves once more and ends; fails if that save fails. */
    public Mono<Void> stop() {
        return Mono.create(caller -> inTurn(
                () -> {
                    stopping = true;
                    await(caller);
                },
                caller));
    }

    private void await(MonoSink<Void> caller) {
        waiting.add(caller);
        next();
    }

    private void saveUnlessFailing() {
        due |= failures == 0;
        next();
    }

    private void saveIn(Duration wait) {
        timer.update(worker.schedule(
                () -> {
                    due = true;
                    next();
                },
                wait.toMillis(),
                TimeUnit.MILLISECONDS));
    }

    private void next() {
        if (busy || end != null) {
            return;
        }
        Rewind rewind = rewinds.poll();
        if (rewind != null) {
            perform(rewind);
        } else if (due || !waiting.isEmpty()) {
            save();
        } else if (stopping) {
            end(new IllegalStateException("The positions are not saved any more: the checkpointer was stopped."));
        }
    }

    private void save() {
        busy = true;
        due = false;
        boolean idle = idleSkip.passesOver(settledSinceSave.getAndSet(0));
        List<MonoSink<Void>> served = waiting;
        waiting = new ArrayList<>();
        Mono.fromCallable(() -> served.isEmpty() ? atInterval(idle) : dirty.among(positions.get()))
                .flatMap(differing -> (differing.isEmpty() ? Mono.<Void>empty() : store.save(differing))
                        .timeout(TIMEOUT, settings.scheduler())
                        .thenReturn(differing))
                .subscribe(
                        differing -> inTurn(() -> saved(differing, served), null),
                        failure -> inTurn(() -> failed(failure, served), null));
    }

    private Map<String, Position> atInterval(boolean idle) {
        Map<String, Position> differing = dirty.roughlyAmong(positions.get());
        return idle && dirty.hasOlderOfAll(differing) ? Map.of() : differing;
    }

    private void saved(Map<String, Position> differing, List<MonoSink<Void>> served) {
        dirty.saved(differing);
        failures = 0;
        if (!differing.isEmpty()) {
            report(() -> observer.saved(differing));
        }
        served.forEach(MonoSink::success);
        goOnIn(settings.interval());
    }

    private void failed(Throwable failure, List<MonoSink<Void>> served) {
        OnChangeException problem = describe(failure);
        failures++;
        idleSkip.end();
        report(() -> observer.notSaved(problem, failures));
        served.forEach(caller -> caller.error(problem));
        if (problem instanceof FencedException) {
            end(problem);
        } else {
            goOnIn(BACKOFF.delayAfter(failures, settings.random()));
        }
    }

    private void perform(Rewind rewind) {
        busy = true;
        store.rewind(rewind.handlerId(), rewind.position())
                .timeout(TIMEOUT, settings.scheduler())
                .subscribe(
                        nothing -> {},
                        failure -> inTurn(
                                () -> {
                                    rewind.caller().error(describe(failure));
                                    goOnIn(settings.interval());
                                },
                                null),
                        () -> inTurn(
                                () -> {
                                    dirty.saved(Map.of(
                                            rewind.handlerId(),
                                            rewind.position().compact()));
                                    rewind.caller().success();
                                    goOnIn(settings.interval());
                                },
                                null));
    }

    private void goOnIn(Duration wait) {
        busy = false;
        if (started) {
            saveIn(wait);
        }
        next();
    }

    private void end(Throwable reason) {
        end = reason;
        waiting.forEach(caller -> caller.error(reason));
        rewinds.forEach(rewind -> rewind.caller().error(reason));
        timer.dispose();
        worker.dispose();
    }

    private OnChangeException describe(Throwable failure) {
        return failure instanceof OnChangeException known
                ? known
                : new OnChangeException(
                        List.of(new Problem(
                                ProblemCode.POSITION_NOT_SAVED,
                                store.toString(),
                                "Positions could not be saved: " + failure + ".",
                                "They will be saved later; if this process ends before, changes since the last save"
                                        + " are delivered again. See that the store can be reached and written.")),
                        failure);
    }

    private static void report(Runnable report) {
        try {
            report.run();
        } catch (RuntimeException failure) {
            LOG.error("An observer of saved positions failed", failure);
        }
    }

    private void inTurn(Runnable task, @Nullable MonoSink<Void> caller) {
        try {
            worker.schedule(task);
        } catch (RejectedExecutionException late) {
            if (caller != null) {
                Throwable reason = end;
                caller.error(reason == null ? late : reason);
            }
        }
    }
}
