package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One instance as a member of the cluster. A pass beats, takes or keeps the leadership if that is free, reads the units if
 * something has changed, and the members; the leader certifies deaths and assigns units; then the member lets go of units and
 * takes others. Passes must not overlap: who runs them begins the next after the time that the last one gave, or at once when
 * the member asks for it. Everything runs on one thread.
 */
public final class ClusterMember {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    /** So many units at a time: a command has to be done in a part of a lease, and a beat must not wait for all of them. */
    private static final int WRITES = 500;

    /** Long dead members are removed after so many passes of a leader. */
    private static final int PASSES_BETWEEN_REMOVALS = 500;

    /** The first time when the instance has started: what is long dead can wait for that. */
    private static final int FIRST_REMOVAL = 10;

    private final ClusterStore store;
    private final IntSupplier streams;
    private final ClusterSettings settings;
    private final ClusterTime time;
    private final Supplier<ObjectId> ids;
    private final LocalDeadline deadline;
    private final DeathWatch watch;
    private final ClusterReader reader;
    private final DeathCertificates certificates;
    private final OwnUnits own;
    private final OwnCommands commands;
    private final UnchangedView nothingToAssign;
    private final NextPass nextPass;
    private final OwnDeclaration declaration;

    private volatile @Nullable ObjectId id;
    private int incarnations;
    private boolean joined;
    private boolean fresh;
    private boolean leaving;
    private boolean changesUntold;
    private ClusterTime.@Nullable Moment beaten;

    /**
     * Who an instance is, and what it sees of its machine.
     *
     * @param info what it says of itself
     * @param declaration what it can own
     * @param ids gives each incarnation an id
     * @param hasEnded whether a process of the same machine is known to have ended
     */
    public record Identity(
            MemberInfo info, MemberDeclaration declaration, Supplier<ObjectId> ids, Predicate<ProcessId> hasEnded) {}

    /**
     * What a member works with.
     *
     * @param commands what instances ask of each other
     * @param owner runs units
     * @param runner carries commands out
     * @param streams how many streams this instance holds open
     */
    public record Parts(
            ClusterStore store, CommandStore commands, UnitOwner owner, CommandRunner runner, IntSupplier streams) {}

    /**
     * @param deadline is extended by each good beat
     * @param observer sees each reading
     * @param wake asks for another pass at once
     */
    public ClusterMember(
            Parts parts,
            Identity identity,
            ClusterSettings settings,
            LocalDeadline deadline,
            Consumer<ClusterView> observer,
            Runnable wake) {
        this.store = parts.store();
        this.streams = parts.streams();
        this.settings = settings;
        this.time = deadline.time();
        this.ids = identity.ids();
        this.declaration = new OwnDeclaration(store, identity.info(), identity.declaration());
        this.deadline = deadline;
        this.nothingToAssign = new UnchangedView(time);
        this.watch = new DeathWatch(time, settings, identity.hasEnded());
        this.own = new OwnUnits(parts.owner(), wake);
        this.commands = new OwnCommands(parts.commands(), parts.runner(), deadline::allows, wake);
        this.reader = new ClusterReader(store, watch, commands, observer);
        this.certificates = new DeathCertificates(store, watch, reader);
        this.nextPass = new NextPass(reader, watch, own, commands, settings);
    }

    /** From the next pass on, this instance can own these units. */
    public void declare(MemberDeclaration other) {
        declaration.change(other);
    }

    /**
     * Declares what this instance can own, and takes what of it is free: gives the terms of these units, by id. They count
     * as held; who has claimed them says by {@link #begun} or {@link #notBegun} what became of it. Fails as the store does.
     */
    public Mono<Map<String, Long>> claim(MemberDeclaration all) {
        return Mono.defer(() -> {
            Set<String> more = declaration.more(all);
            declare(all);
            fresh = true;
            own.claim();
            return (joined && !leaving && reader.hasRead() ? take(more) : attempt())
                    .doOnError(failure -> own.claimFailed())
                    .then(Mono.defer(() -> {
                        Map<String, Long> units = own.claimed();
                        return joined || leaving ? Mono.just(units) : claim(all);
                    }));
        });
    }

    /** Stores what is about to be claimed, so that the claim need not wait for that. */
    public Mono<Void> prepare(MemberDeclaration all) {
        return declaration.prepare(all);
    }

    /** What a pass does for these units only, by one who knows the others; those are left to the next pass. */
    private Mono<Void> take(Set<String> units) {
        return Mono.zip(alive(), reader.readUnits(units).thenReturn(true))
                .flatMap(both -> both.getT1()
                        ? reader.readMembers()
                                .then(Mono.defer(() -> assign(false)))
                                .then(Mono.defer(this::followUnits))
                        : died());
    }

    /** What was claimed runs. */
    public void begun(Collection<String> units) {
        own.begun(units);
    }

    /** What was claimed does not run. */
    public void notBegun(Collection<String> units) {
        own.notBegun(units);
    }

    /** Is given nothing more from now on; passes go on until {@link #end}. */
    public Mono<Void> leave() {
        return Mono.defer(() -> {
            leaving = true;
            return joined ? store.leave(me()).then(store.changed()).then() : Mono.empty();
        });
    }

    /** The engine has stopped and saved everything: gives all units away, and is a member no longer. No pass may follow. */
    public Mono<Void> end() {
        return Mono.defer(() -> {
            own.stopped();
            deadline.end();
            leaving = true;
            return joined ? giveAll() : Mono.empty();
        });
    }

    private Mono<Void> giveAll() {
        return reader.readAll()
                .flatMap(view -> write(new Assignment(view, settings).away(me()), Mono.just(true)))
                .then(Mono.defer(() -> store.end(me())))
                .then(Mono.defer(() -> store.resign(me())))
                .then(Mono.defer(store::changed))
                .then();
    }

    /** A handler of this instance was paused or resumed, so that it is wherever it begins. */
    public Mono<Void> setPaused(String handler, boolean paused) {
        return commands.setPaused(handler, paused);
    }

    /** Which handlers were paused or resumed in the cluster, by id; for any thread. */
    public Map<String, Boolean> paused() {
        return commands.paused();
    }

    /** The terms of the units that run here, by id. */
    public Map<String, Long> held() {
        return own.held();
    }

    /** Until when this instance may work without hearing from the server; for any thread. */
    public LocalDeadline deadline() {
        return deadline;
    }

    /** The cluster as it was read last; for any thread. */
    public ClusterView view() {
        return reader.view();
    }

    /** This incarnation; null while it is not a member. For any thread. */
    public @Nullable ObjectId id() {
        return id;
    }

    /** The leader as it was read last; for any thread. */
    public @Nullable ObjectId leader() {
        return reader.leader();
    }

    /** The time after which the first pass is due: for one who has claimed units, as after a pass. */
    public Duration untilFirst() {
        return joined ? untilNext() : Duration.ZERO;
    }

    /** One pass; gives the time after which the next is due, also if the store has failed. */
    public Mono<Duration> pass() {
        return attempt()
                .onErrorResume(failure -> {
                    LOG.debug("A pass of the cluster's member failed; the next one is tried", failure);
                    reader.again();
                    return Mono.empty();
                })
                .then(Mono.fromSupplier(this::untilNext));
    }

    private Mono<Void> attempt() {
        return Mono.defer(() -> joined ? alive() : leaving ? Mono.empty() : join())
                .flatMap(alive -> alive ? reader.read(me(), leaseLeft()).then(Mono.defer(this::decide)) : died());
    }

    private Mono<Boolean> join() {
        if (id == null) {
            id = ids.get();
            incarnations++;
        }
        ObjectId me = me();
        return declaration.stored().then(Mono.defer(() -> {
            declaration.told();
            ClusterTime.Moment sent = time.now();
            return store.join(me, declaration.info(), settings.lease()).doOnNext(alive -> {
                joined = true;
                reader.noteDeclared(declaration.units());
                fresh = true;
                changesUntold = true;
                beaten(sent, alive);
            });
        }));
    }

    private Mono<Boolean> alive() {
        return declaration.isTold()
                ? beatIfDue()
                : declaration.stored().then(Mono.defer(this::beat)).doOnNext(alive -> {
                    reader.noteDeclared(declaration.units());
                    declaration.told();
                    fresh = true;
                    changesUntold = true;
                });
    }

    private Mono<Boolean> beatIfDue() {
        ClusterTime.Moment last = beaten;
        return last != null && time.since(last) < settings.beat().toNanos() && deadline.allows()
                ? Mono.just(true)
                : beat();
    }

    /** Says what it declares too, which the store has by then. */
    private Mono<Boolean> beat() {
        ClusterTime.Moment sent = time.now();
        return store.beat(me(), settings.lease(), declaration.info().declared(), streams.getAsInt())
                .doOnNext(alive -> beaten(sent, alive));
    }

    private void beaten(ClusterTime.Moment sent, boolean alive) {
        if (alive) {
            beaten = sent;
            deadline.extend(sent);
        }
    }

    /** A leader leads as long as it lives, so that nobody waits for the one end after the other. */
    private Duration leaseLeft() {
        ClusterTime.Moment last = Objects.requireNonNull(beaten);
        return settings.lease().minusNanos(time.since(last));
    }

    private ObjectId me() {
        return Objects.requireNonNull(id);
    }

    /** Everything is others' by now, or will be: this instance begins anew as another member. */
    private Mono<Void> died() {
        LOG.warn("This instance was taken for dead, as it was not heard for too long; it joins again");
        deadline.end();
        own.loseAll();
        id = null;
        joined = false;
        reader.again();
        return Mono.empty();
    }

    private Mono<Void> decide() {
        return certify()
                .then(Mono.defer(this::assign))
                .then(Mono.defer(this::follow))
                .then(Mono.defer(this::tell));
    }

    private Mono<Void> follow() {
        if (leaving) {
            own.loseTaken(me(), reader.view());
            return Mono.empty();
        }
        return followUnits().then(Mono.defer(() -> commands.follow(me(), own::isRunning)));
    }

    private Mono<Void> followUnits() {
        return writeAndRead(own.follow(me(), reader.view(), declaration::has));
    }

    private Mono<Void> certify() {
        return certificates
                .certify(me(), incarnations == 1 ? declaration.info().name() : "")
                .doOnNext(died -> changesUntold |= died)
                .then();
    }

    private boolean isLeader() {
        return me().equals(reader.leader());
    }

    private Mono<Void> assign() {
        if (isUnwilling() || !(fresh || isLeader())) {
            return Mono.empty();
        }
        Mono<Void> cleaned = isLeader() && reader.passes() % PASSES_BETWEEN_REMOVALS == FIRST_REMOVAL
                ? store.removeLongDead().then(commands.removeOld())
                : Mono.empty();
        return assign(isLeader() && isSettled()).then(cleaned);
    }

    /** @param moving whether units of the living are moved too */
    private Mono<Void> assign(boolean moving) {
        return writeAndRead(assignment(moving)).doOnSuccess(done -> fresh = false);
    }

    private List<UnitWrite> assignment(boolean moving) {
        if (!fresh && nothingToAssign.is(reader.view(), moving)) {
            return List.of();
        }
        Assignment assignment = new Assignment(reader.view(), settings);
        List<UnitWrite> writes = new ArrayList<>(assignment.orphans());
        if (moving) {
            writes.addAll(assignment.moves());
        }
        if (writes.isEmpty()) {
            nothingToAssign.note(reader.view(), moving);
        }
        return writes;
    }

    /** Whether it is leaving and the others do not know that, so that it could be given something by what it assigns. */
    private boolean isUnwilling() {
        Member mine = reader.view().member(me());
        return leaving && (mine == null || mine.isAlive());
    }

    private boolean isSettled() {
        for (Member member : reader.view().members().values()) {
            if (member.isAlive() && !watch.knownFor(member.id(), settings.settling())) {
                return false;
            }
        }
        return true;
    }

    private Mono<Void> writeAndRead(List<UnitWrite> writes) {
        if (writes.isEmpty()) {
            return Mono.empty();
        }
        Set<String> written = new HashSet<>();
        for (UnitWrite write : writes) {
            written.add(write.unit());
        }
        return reader.afterWriting(write(writes, Mono.defer(this::beatIfDue)), written);
    }

    /** @param alive done before each part of them */
    private Mono<Void> write(List<UnitWrite> writes, Mono<Boolean> alive) {
        changesUntold |= !writes.isEmpty();
        return Flux.fromIterable(writes)
                .buffer(WRITES)
                .concatMap(some -> alive.filter(living -> living)
                        .switchIfEmpty(Mono.error(() -> new IllegalStateException("taken for dead meanwhile")))
                        .then(Mono.defer(() -> store.write(some))))
                .then();
    }

    private Mono<Void> tell() {
        return changesUntold
                ? store.changed()
                        .doOnNext(revision -> {
                            changesUntold = false;
                            reader.noteTold(revision);
                        })
                        .then()
                : Mono.empty();
    }

    private Duration untilNext() {
        ClusterTime.Moment last = beaten;
        return joined && last != null && deadline.allows()
                ? nextPass.after(me(), time.since(last), changesUntold)
                : nextPass.hurry();
    }
}
