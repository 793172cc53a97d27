package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.bson.BsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The units of a process. They count: a call of a handler is the next number. Exchanges and commands take turns, as the
 * operations of an engine do; while events go wrong, some take long, and some exchanges fail, be they done or not.
 */
final class SimUnits implements UnitOwner, CommandRunner {

    /** What owners are asked for. */
    enum Kind {
        PAUSE,
        RESUME,
        /** Begins the unit anew. */
        REWIND
    }

    private static final Duration SHORTEST_STOP = Duration.ofMillis(5);
    private static final Duration SHORT_STOP = Duration.ofMillis(300);
    private static final Duration LONG_OPERATION = Duration.ofSeconds(8);
    private static final int MOST_CALLS_AT_A_TIME = 6;

    private final SimProcess process;
    private final SimCluster cluster;
    private final SimWorld world;
    private final SimClient client;
    private final Map<String, Run> runs = new HashMap<>();
    private final Map<String, Long> lost = new HashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final Queue<Runnable> operations = new ArrayDeque<>();
    private boolean busy;
    private boolean closed;

    /** A unit at work. */
    static final class Run {
        final long term;
        long value;

        Run(long term, long value) {
            this.term = term;
            this.value = value;
        }
    }

    SimUnits(SimProcess process) {
        this.process = process;
        this.cluster = process.cluster;
        this.world = cluster.world;
        this.client = process.client;
    }

    Map<String, Run> runs() {
        return runs;
    }

    boolean isPaused(String unit) {
        return paused.contains(unit);
    }

    /** Calls some handlers, and saves some positions. */
    void work() {
        List<String> units = new ArrayList<>(runs.keySet());
        units.sort(null);
        for (int i = 0; i < Math.min(MOST_CALLS_AT_A_TIME, units.size()); i++) {
            String unit = units.get(world.random.nextInt(units.size()));
            if (process.isAllowed() && !paused.contains(unit)) {
                call(unit, runs.get(unit));
            }
        }
    }

    private void call(String unit, Run run) {
        run.value++;
        cluster.called(unit, run.term, run.value);
        if (world.chance(0.3)) {
            long value = run.value;
            client.send(() -> cluster.store.save(unit, run.term, value))
                    .subscribe(
                            saved -> {
                                if (!saved) {
                                    runs.remove(unit, run);
                                }
                            },
                            failure -> {});
        }
    }

    private <T> Mono<T> inTurn(Mono<T> operation) {
        return Mono.create(caller -> {
            operations.add(() -> operation
                    .doFinally(end -> {
                        busy = false;
                        next();
                    })
                    .subscribe(caller::success, caller::error, caller::success));
            next();
        });
    }

    private void next() {
        Runnable operation = busy ? null : operations.poll();
        if (operation != null) {
            busy = true;
            operation.run();
        }
    }

    @Override
    public Mono<Set<String>> exchange(Collection<String> gone, Map<String, Long> come) {
        boolean fails = !world.isQuiet() && world.chance(0.1);
        Mono<Set<String>> failure = Mono.error(() -> new IllegalStateException("an exchange that fails"));
        return inTurn(Mono.defer(() -> fails && world.chance(0.5)
                ? worked().then(failure)
                : exchanged(gone, come).then(fails ? failure : Mono.just(come.keySet()))));
    }

    private Mono<Void> exchanged(Collection<String> gone, Map<String, Long> come) {
        Map<String, Run> stopped = new HashMap<>();
        for (String unit : gone) {
            Run run = runs.remove(unit);
            if (run != null) {
                stopped.put(unit, run);
            }
        }
        return worked().then(saveExactly(stopped)).then(Mono.defer(() -> take(come)));
    }

    private Mono<Void> worked() {
        boolean isLong = !world.isQuiet() && world.chance(0.05);
        return passed(world.between(SHORTEST_STOP, isLong ? LONG_OPERATION : SHORT_STOP));
    }

    Mono<Void> passed(Duration time) {
        Sinks.Empty<Void> end = Sinks.empty();
        process.after(time.toNanos(), end::tryEmitEmpty);
        return end.asMono();
    }

    /** Ends everything, and saves it. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            Map<String, Run> all = new HashMap<>(runs);
            runs.clear();
            return saveExactly(all);
        });
    }

    private Mono<Void> saveExactly(Map<String, Run> stopped) {
        if (!world.keeps(Rule.SAVED_BEFORE_GIVEN)) {
            stopped.forEach((unit, run) -> cluster.savedExactly(unit, run));
            return Mono.empty();
        }
        return Flux.fromIterable(stopped.entrySet())
                .concatMap(entry -> client.send(
                                () -> cluster.store.save(entry.getKey(), entry.getValue().term, entry.getValue().value))
                        .retry()
                        .doOnNext(saved -> {
                            if (saved) {
                                cluster.savedExactly(entry.getKey(), entry.getValue());
                            }
                        }))
                .then();
    }

    private Mono<Void> take(Map<String, Long> come) {
        Map<String, Long> missing = new HashMap<>(come);
        missing.keySet().removeIf(unit -> runs.containsKey(unit) && runs.get(unit).term == come.get(unit));
        return Flux.fromIterable(missing.entrySet())
                .concatMap(entry -> client.send(() -> cluster.store.claim(entry.getKey(), entry.getValue())
                                ? cluster.store.positions.get(entry.getKey()).value
                                : -1L)
                        .retry()
                        .doOnNext(value -> {
                            if (value >= 0 && isOwned(entry.getKey(), entry.getValue())) {
                                cluster.taken(entry.getKey(), entry.getValue(), value);
                                begin(entry.getKey(), new Run(entry.getValue(), value));
                            }
                        }))
                .then();
    }

    private boolean isOwned(String unit, long term) {
        return !closed && lost.getOrDefault(unit, 0L) < term;
    }

    private void begin(String unit, Run run) {
        runs.put(unit, run);
        setPaused(unit, process.member.paused().getOrDefault(unit, false));
    }

    private void setPaused(String unit, boolean isPaused) {
        if (isPaused) {
            paused.add(unit);
        } else {
            paused.remove(unit);
        }
    }

    @Override
    public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
        return inTurn(Mono.defer(() -> {
            Map<String, BsonDocument> done = new HashMap<>();
            if (process.isAllowed() || !world.keeps(Rule.NO_COMMAND_IS_LATE)) {
                units.stream().filter(runs::containsKey).forEach(unit -> {
                    cluster.carriedOut(unit, runs.get(unit).term);
                    done.put(unit, new BsonDocument());
                });
            }
            return Flux.fromIterable(done.keySet())
                    .concatMap(unit -> carriedOut(Kind.valueOf(kind), unit))
                    .then(Mono.just(done));
        }));
    }

    private Mono<Void> carriedOut(Kind kind, String unit) {
        if (kind != Kind.REWIND) {
            setPaused(unit, kind == Kind.PAUSE);
            return worked().then(process.setPaused(unit, kind == Kind.PAUSE));
        }
        Run run = runs.remove(unit);
        return worked().then(Mono.fromRunnable(() -> {
            if (run != null && isOwned(unit, run.term)) {
                begin(unit, run);
            }
        }));
    }

    @Override
    public void pausesChanged(Map<String, Boolean> changed) {
        inTurn(Mono.<Void>fromRunnable(() -> changed.keySet().stream()
                        .filter(runs::containsKey)
                        .forEach(unit -> setPaused(unit, process.member.paused().getOrDefault(unit, false)))))
                .subscribe();
    }

    @Override
    public void drop(Map<String, Long> terms) {
        if (world.keeps(Rule.DEAD_MEMBER_DROPS)) {
            terms.forEach((unit, term) -> lost.merge(unit, term, Math::max));
            terms.keySet().forEach(runs::remove);
        }
    }
}
