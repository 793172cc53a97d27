package dev.onchange.engine.checkpoint;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
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
 * Saves the positions that differ from those saved last: at an interval, after a number of changes, at a
 * {@linkplain #flush flush}, and at the end. Saves never overlap. A save that fails is tried again, for ever, with growing
 * waits, and each failure is reported. Positions of handlers that were fenced are left to the observer,
 * which sees to it that the supplier gives them no more. Safe for use by several
 * threads.
 *
 * <p>A flush and the save at the end are exact. At the interval, the handlers that are furthest in one stream are saved with
 * one position, each up to one interval behind what it has settled: after a crash up to two intervals are repeated. While
 * no change is settled, positions advance with the stream alone, and are saved at each tenth interval.
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

    // the fields from here on are used by the worker alone
    private final DirtyPositions dirty = new DirtyPositions();
    private final IdleSkip idleSkip = new IdleSkip();
    private final Queue<Rewind> rewinds = new ArrayDeque<>();
    private final Disposable.Swap timer = Disposables.swap();
    private List<MonoSink<Void>> flushes = new ArrayList<>();
    private List<MonoSink<Void>> saves = new ArrayList<>();
    private final Set<String> toSave = new HashSet<>();
    private boolean started;
    private boolean storeBusy;
    private boolean saveDue;
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
        onWorker(
                () -> {
                    started = true;
                    saveAfter(settings.interval());
                },
                null);
    }

    /** Counts changes that have been settled; cheap. */
    public void settled(long changes) {
        long count = settledSinceSave.addAndGet(changes);
        if (count >= settings.changes() && count - changes < settings.changes()) {
            onWorker(this::saveUnlessFailing, null);
        }
    }

    /** Completes once the positions of this moment are saved; fails if that save fails, which is then tried again. */
    public Mono<Void> flush() {
        return Mono.create(caller -> onWorker(() -> flush(caller), caller));
    }

    /**
     * Saves the positions of these handlers now, whatever the others have come to; completes once that is done, and fails if
     * it fails. While saves fail, it waits for the next one.
     */
    public Mono<Void> save(Set<String> handlerIds) {
        return Mono.create(caller -> onWorker(
                () -> {
                    saves.add(caller);
                    toSave.addAll(handlerIds);
                    runNext();
                },
                caller));
    }

    /**
     * Sets a saved position back, or forward, between two saves. The supplier of positions must give the new one before: the
     * saves after the rewind take it from there.
     */
    public Mono<Void> rewind(String handlerId, Position position) {
        return Mono.create(caller -> onWorker(
                () -> {
                    rewinds.add(new Rewind(handlerId, position, caller));
                    runNext();
                },
                caller));
    }

    /** Saves once more and ends; fails if that save fails. */
    public Mono<Void> stop() {
        return Mono.create(caller -> onWorker(
                () -> {
                    stopping = true;
                    flush(caller);
                },
                caller));
    }

    private void flush(MonoSink<Void> caller) {
        flushes.add(caller);
        runNext();
    }

    private void saveUnlessFailing() {
        saveDue |= failures == 0;
        runNext();
    }

    private void saveAfter(Duration wait) {
        timer.update(worker.schedule(
                () -> {
                    saveDue = true;
                    runNext();
                },
                wait.toMillis(),
                TimeUnit.MILLISECONDS));
    }

    private void runNext() {
        if (storeBusy || end != null) {
            return;
        }
        Rewind rewind = rewinds.poll();
        if (rewind != null) {
            apply(rewind);
        } else if (saveDue || !flushes.isEmpty()) {
            saveDiffering();
        } else if (!saves.isEmpty() && failures == 0) {
            saveSome();
        } else if (stopping) {
            end(new IllegalStateException("The positions are not saved any more: the checkpointer was stopped."));
        }
    }

    private void saveDiffering() {
        storeBusy = true;
        saveDue = false;
        idleSkip.count(settledSinceSave.getAndSet(0));
        boolean exact = !flushes.isEmpty();
        boolean idle = idleSkip.skips() && saves.isEmpty();
        List<MonoSink<Void>> flushed = new ArrayList<>(flushes);
        flushed.addAll(saves);
        flushes = new ArrayList<>();
        saves = new ArrayList<>();
        toSave.clear();
        save(
                () -> exact ? dirty.exact(positions.get()) : atInterval(idle),
                flushed,
                () -> scheduleNext(settings.interval()));
    }

    /** Of the handlers whose positions somebody waits for; the others are saved at the interval. */
    private void saveSome() {
        storeBusy = true;
        Set<String> some = Set.copyOf(toSave);
        List<MonoSink<Void>> callers = saves;
        toSave.clear();
        saves = new ArrayList<>();
        save(() -> dirty.exact(some, positions.get()), callers, () -> {
            storeBusy = false;
            runNext();
        });
    }

    private void save(Callable<Map<String, Position>> wanted, List<MonoSink<Void>> callers, Runnable next) {
        Mono.fromCallable(wanted)
                .flatMap(differing -> (differing.isEmpty() ? Mono.<Void>empty() : store.save(differing))
                        .timeout(TIMEOUT, settings.scheduler())
                        .thenReturn(differing)
                        .onErrorResume(FencedException.class, failure -> Mono.just(withoutFenced(differing, failure))))
                .subscribe(
                        differing -> onWorker(() -> saved(differing, callers, next), null),
                        failure -> onWorker(() -> failed(failure, callers), null));
    }

    private Map<String, Position> atInterval(boolean idle) {
        Map<String, Position> differing = dirty.grouped(positions.get());
        return idle && dirty.hasSavedAll(differing) ? Map.of() : differing;
    }

    /** What a store has saved although some of it belongs to other instances by now. */
    private Map<String, Position> withoutFenced(Map<String, Position> differing, FencedException failure) {
        Map<String, Position> saved = new HashMap<>(differing);
        if (!saved.keySet().removeAll(failure.handlerIds())) {
            throw failure;
        }
        report(() -> observer.fenced(failure));
        return saved;
    }

    private void saved(Map<String, Position> differing, List<MonoSink<Void>> callers, Runnable next) {
        dirty.saved(differing);
        failures = 0;
        if (!differing.isEmpty()) {
            report(() -> observer.saved(differing));
        }
        callers.forEach(MonoSink::success);
        next.run();
    }

    private void failed(Throwable failure, List<MonoSink<Void>> callers) {
        OnChangeException problem = describe(failure);
        failures++;
        idleSkip.reset();
        report(() -> observer.notSaved(problem, failures));
        callers.forEach(caller -> caller.error(problem));
        scheduleNext(BACKOFF.delayAfter(failures, settings.random()));
    }

    private void apply(Rewind rewind) {
        storeBusy = true;
        store.rewind(rewind.handlerId(), rewind.position())
                .timeout(TIMEOUT, settings.scheduler())
                .subscribe(
                        nothing -> {},
                        failure -> onWorker(
                                () -> {
                                    rewind.caller().error(describe(failure));
                                    scheduleNext(settings.interval());
                                },
                                null),
                        () -> onWorker(
                                () -> {
                                    dirty.saved(Map.of(
                                            rewind.handlerId(),
                                            rewind.position().compact()));
                                    rewind.caller().success();
                                    scheduleNext(settings.interval());
                                },
                                null));
    }

    private void scheduleNext(Duration wait) {
        storeBusy = false;
        if (started) {
            saveAfter(wait);
        }
        runNext();
    }

    private void end(Throwable reason) {
        end = reason;
        flushes.forEach(caller -> caller.error(reason));
        saves.forEach(caller -> caller.error(reason));
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
                                "Positions could not be saved: " + Reason.sentence(failure),
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

    private void onWorker(Runnable task, @Nullable MonoSink<Void> caller) {
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
