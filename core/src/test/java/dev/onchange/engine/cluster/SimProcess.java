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
import org.bson.types.ObjectId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A process with a member and with units that count: a call of a handler is the next number. */
final class SimProcess implements UnitOwner, CommandRunner {

    private static final Duration FOREVER = Duration.ofDays(1);
    private static final Duration SHORTEST_STOP = Duration.ofMillis(5);
    private static final Duration SHORT_STOP = Duration.ofMillis(300);
    private static final Duration LONG_STOP = Duration.ofSeconds(20);
    private static final int MOST_CALLS_AT_A_TIME = 6;

    final SimCluster cluster;
    final SimClient client;
    final ProcessId processId;
    final ClusterMember member;
    private final LocalDeadline deadline;
    final Map<String, Run> runs = new HashMap<>();
    private final SimWorld world;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Queue<Runnable> turns = new ArrayDeque<>();
    private final Set<String> dropped = new HashSet<>();
    private final double rate;
    private boolean passing;
    private boolean wanted;
    private long passes;
    private boolean paused;
    private boolean suspended;
    private long pausedAt;
    private long suspendedFor;
    long wallAhead;
    boolean ended;
    boolean leaving;

    /** A unit at work. */
    static final class Run {
        final long term;
        long value;

        Run(long term, long value) {
            this.term = term;
            this.value = value;
        }
    }

    SimProcess(SimCluster cluster, ProcessId processId, MemberInfo info, MemberDeclaration declaration) {
        this.cluster = cluster;
        this.world = cluster.world;
        this.processId = processId;
        this.rate = 0.99 + 0.02 * world.random.nextDouble();
        this.client = new SimClient(world, cluster.store, this);
        ClusterTime time = new ClusterTime(
                this::nanos, () -> world.keeps(Rule.WALL_CLOCK_COUNTS) ? world.now() + wallAhead : nanos());
        this.deadline = new LocalDeadline(time, settings());
        this.member = new ClusterMember(
                new ClusterMember.Parts(client, client.commands, this, this, runs::size),
                new ClusterMember.Identity(info, declaration, cluster::nextId, this::hasEnded),
                settings(),
                deadline,
                view -> {},
                this::wake);
    }

    private ClusterSettings settings() {
        ClusterSettings usual = ClusterSettings.withLease(ClusterSettings.LEASE);
        return new ClusterSettings(
                usual.lease(),
                usual.beat(),
                world.keeps(Rule.LOCAL_DEADLINE) ? usual.margin() : FOREVER.negated(),
                world.keeps(Rule.QUARANTINE) ? usual.quarantine() : Duration.ZERO,
                usual.settling(),
                world.keeps(Rule.MOVED_UNITS_REST) ? usual.rest() : Duration.ZERO);
    }

    private long nanos() {
        long standing = suspendedFor + (suspended ? world.now() - pausedAt : 0);
        return (long) ((world.now() - standing) * rate);
    }

    private boolean hasEnded(ProcessId other) {
        return other.machine().equals(processId.machine()) && cluster.endedProcesses.contains(other.pid());
    }

    void start() {
        world.after(0, () -> run(this::pass));
        world.after(world.between(Duration.ZERO, Duration.ofMillis(300)), () -> run(this::work));
    }

    /** Does something in this process: later if it stands still, never if it has ended. */
    void run(Runnable what) {
        if (ended) {
            return;
        }
        if (paused) {
            waiting.add(what);
        } else {
            what.run();
        }
    }

    void after(long nanos, Runnable what) {
        world.after(nanos, () -> run(what));
    }

    private void wake() {
        after(0, () -> {
            wanted = true;
            pass();
        });
    }

    private void pass() {
        if (passing) {
            wanted = true;
            return;
        }
        passing = true;
        wanted = false;
        long number = ++passes;
        member.pass().subscribe(next -> {
            passing = false;
            after(wanted ? 0 : next.toNanos(), () -> {
                if (passes == number) {
                    pass();
                }
            });
            beginTurn();
        });
    }

    /** Does something while no pass is under way. */
    private Mono<Void> inTurn(Mono<Void> work) {
        return Mono.create(caller -> {
            turns.add(() -> work.doFinally(signal -> endTurn()).subscribe(null, caller::error, caller::success));
            beginTurn();
        });
    }

    private void beginTurn() {
        Runnable turn = passing ? null : turns.poll();
        if (turn != null) {
            passing = true;
            turn.run();
        }
    }

    private void endTurn() {
        passing = false;
        beginTurn();
        if (wanted && !ended) {
            wake();
        }
    }

    void pause(boolean machine) {
        if (!paused && !ended) {
            paused = true;
            suspended = machine;
            pausedAt = world.now();
        }
    }

    void resume() {
        if (paused && !ended) {
            paused = false;
            suspendedFor += suspended ? world.now() - pausedAt : 0;
            suspended = false;
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        }
    }

    boolean isPaused() {
        return paused;
    }

    void kill() {
        ended = true;
        cluster.endedProcesses.add(processId.pid());
    }

    /** Ends as it should. */
    void close() {
        close(world.between(SHORTEST_STOP, world.chance(0.2) ? LONG_STOP : SHORT_STOP));
    }

    /** Stops, which takes its time, saves, gives everything away. */
    void close(Duration stop) {
        if (leaving || ended) {
            return;
        }
        leaving = true;
        Mono<Void> saved = Mono.defer(() -> {
            Map<String, Run> all = new HashMap<>(runs);
            runs.clear();
            return saveExactly(all);
        });
        inTurn(retried(member.leave()))
                .then(Mono.defer(() -> passed(stop)))
                .then(saved)
                .then(inTurn(retried(member.end())))
                .doFinally(signal -> kill())
                .subscribe(done -> {}, failure -> {});
    }

    private void work() {
        after(world.between(Duration.ofMillis(150), Duration.ofMillis(450)).toNanos(), this::work);
        List<String> units = new ArrayList<>(runs.keySet());
        units.sort(null);
        for (int i = 0; i < Math.min(MOST_CALLS_AT_A_TIME, units.size()); i++) {
            String unit = units.get(world.random.nextInt(units.size()));
            if (deadline.allows()) {
                Run run = runs.get(unit);
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
        }
    }

    @Override
    public Mono<Set<String>> exchange(Collection<String> gone, Map<String, Long> come) {
        Map<String, Run> stopped = new HashMap<>();
        for (String unit : gone) {
            Run run = runs.remove(unit);
            if (run != null) {
                stopped.put(unit, run);
            }
        }
        dropped.removeAll(come.keySet());
        return worked().then(saveExactly(stopped))
                .then(Mono.defer(() -> take(come)))
                .thenReturn(come.keySet());
    }

    private Mono<Void> worked() {
        return passed(world.between(SHORTEST_STOP, SHORT_STOP));
    }

    private Mono<Void> passed(Duration time) {
        Sinks.Empty<Void> end = Sinks.empty();
        after(time.toNanos(), end::tryEmitEmpty);
        return end.asMono();
    }

    private Mono<Void> saveExactly(Map<String, Run> stopped) {
        if (!world.keeps(Rule.SAVED_BEFORE_GIVEN)) {
            stopped.forEach((unit, run) -> cluster.savedExactly(unit, run));
            return Mono.empty();
        }
        return Flux.fromIterable(stopped.entrySet())
                .concatMap(entry -> retried(client.send(() ->
                                cluster.store.save(entry.getKey(), entry.getValue().term, entry.getValue().value)))
                        .doOnNext(saved -> {
                            if (saved) {
                                cluster.savedExactly(entry.getKey(), entry.getValue());
                            }
                        }))
                .then();
    }

    private Mono<Void> take(Map<String, Long> come) {
        return Flux.fromIterable(come.entrySet())
                .concatMap(entry -> retried(client.send(() -> cluster.store.claim(entry.getKey(), entry.getValue())
                                ? cluster.store.positions.get(entry.getKey()).value
                                : -1L))
                        .doOnNext(value -> {
                            if (value >= 0 && !dropped.contains(entry.getKey())) {
                                cluster.taken(entry.getKey(), entry.getValue(), value);
                                runs.put(entry.getKey(), new Run(entry.getValue(), value));
                            }
                        }))
                .then();
    }

    @Override
    public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
        Map<String, BsonDocument> done = new HashMap<>();
        units.stream().filter(runs::containsKey).forEach(unit -> {
            cluster.carriedOut(unit, runs.get(unit).term);
            done.put(unit, new BsonDocument());
        });
        return worked().thenReturn(done);
    }

    @Override
    public void pausesChanged(Map<String, Boolean> paused) {}

    /** Asks the owner of a unit to do something, again until the store has it. */
    void ask(String unit) {
        ObjectId id = cluster.nextId();
        retried(client.commands.ask(List.of(Command.asked(id, unit, "anything", new BsonDocument()))))
                .subscribe();
    }

    private <T> Mono<T> retried(Mono<T> some) {
        return some.retry();
    }

    @Override
    public void drop(Map<String, Long> lost) {
        if (world.keeps(Rule.DEAD_MEMBER_DROPS)) {
            dropped.addAll(lost.keySet());
            lost.keySet().forEach(runs::remove);
        }
    }

    void certified(ObjectId id, boolean sure) {
        cluster.certified(id, sure);
    }
}
