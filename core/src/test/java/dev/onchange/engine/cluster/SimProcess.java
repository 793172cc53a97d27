package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import reactor.core.publisher.Mono;

/** A process with a member and with units, which may stand still, be killed, and have a clock that is wrong. */
final class SimProcess {

    private static final Duration FOREVER = Duration.ofDays(1);
    private static final Duration SHORTEST_STOP = Duration.ofMillis(5);
    private static final Duration SHORT_STOP = Duration.ofMillis(300);
    private static final Duration LONG_STOP = Duration.ofSeconds(20);

    final SimCluster cluster;
    final SimClient client;
    final ProcessId processId;
    final ClusterMember member;
    private final LocalDeadline deadline;
    final SimUnits units;
    private final SimWorld world;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Queue<Runnable> turns = new ArrayDeque<>();
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

    SimProcess(SimCluster cluster, ProcessId processId, MemberInfo info, MemberDeclaration declaration) {
        this.cluster = cluster;
        this.world = cluster.world;
        this.processId = processId;
        this.rate = 0.99 + 0.02 * world.random.nextDouble();
        this.client = new SimClient(world, cluster.store, this);
        this.units = new SimUnits(this);
        ClusterTime time = new ClusterTime(
                this::nanos, () -> world.keeps(Rule.WALL_CLOCK_COUNTS) ? world.now() + wallAhead : nanos());
        this.deadline = new LocalDeadline(time, settings());
        this.member = new ClusterMember(
                new ClusterMember.Parts(
                        client,
                        client.commands,
                        units,
                        units,
                        () -> units.runs().size()),
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
        inTurn(retried(member.leave()))
                .then(Mono.defer(() -> units.passed(stop)))
                .then(units.close())
                .then(inTurn(retried(member.end())))
                .doFinally(signal -> kill())
                .subscribe(done -> {}, failure -> {});
    }

    private void work() {
        after(world.between(Duration.ofMillis(150), Duration.ofMillis(450)).toNanos(), this::work);
        units.work();
    }

    /** Whether attempts may begin. */
    boolean isAllowed() {
        return deadline.allows();
    }

    /** As an operation of its engine does; in a later pass if that fails. */
    Mono<Void> setPaused(String unit, boolean isPaused) {
        return inTurn(member.setPaused(unit, isPaused)).onErrorComplete();
    }

    /** Asks the owner of a unit to do something, again until the store has it. */
    void ask(String unit, SimUnits.Kind what) {
        ObjectId id = cluster.nextId();
        retried(client.commands.ask(List.of(Command.asked(id, unit, what.name(), new BsonDocument()))))
                .subscribe();
    }

    private <T> Mono<T> retried(Mono<T> some) {
        return some.retry();
    }

    void certified(ObjectId id, boolean sure) {
        cluster.certified(id, sure);
    }
}
