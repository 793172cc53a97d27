package dev.onchange.engine;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.Cluster;
import dev.onchange.OnChangeException;
import dev.onchange.engine.cluster.ClusterLoop;
import dev.onchange.engine.cluster.ClusterMember;
import dev.onchange.engine.cluster.ClusterSettings;
import dev.onchange.engine.cluster.ClusterTime;
import dev.onchange.engine.cluster.ClusterView;
import dev.onchange.engine.cluster.CommandRunner;
import dev.onchange.engine.cluster.CommandStore;
import dev.onchange.engine.cluster.LocalDeadline;
import dev.onchange.engine.cluster.LocalProcess;
import dev.onchange.engine.cluster.Member;
import dev.onchange.engine.cluster.MemberDeclaration;
import dev.onchange.engine.cluster.MemberInfo;
import dev.onchange.engine.cluster.MongoClusterStore;
import dev.onchange.engine.cluster.MongoCommandStore;
import dev.onchange.engine.cluster.ProcessId;
import dev.onchange.engine.cluster.Unit;
import dev.onchange.engine.cluster.UnitOwner;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ClusterStatus;
import dev.onchange.status.ListenerEvent;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bson.types.ObjectId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * This instance as a member of the cluster of those that share its state database: on a thread of its own, through a client
 * of its own if it can have one, so that busy handlers do not delay its beats.
 */
final class Membership {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private static final int CONNECTIONS = 2;

    /** On a connection that is dead without a word nothing else is done meanwhile, however long the lease is. */
    private static final Duration LONGEST_OPERATION = Duration.ofSeconds(10);

    /** So long the others are told something before it is left to later passes, or to the end of the lease. */
    private static final Duration LONGEST_TELLING = Duration.ofSeconds(3);

    private final EngineConfiguration configuration;
    private final Scheduler thread = Schedulers.newSingle("onchange-cluster", true);
    private final MongoClient client;
    private final boolean own;
    private final Declarations declarations = new Declarations();
    private final ClusterLoop loop;
    private final ClusterEvents events;
    private final IntSupplier streams;
    private volatile Sinks.Empty<Void> read = Sinks.empty();

    /**
     * @param deadline is extended while the server is heard
     * @param units runs what this instance owns; its results are signalled on any thread
     * @param commands carries out what others ask for; its results are signalled on any thread
     * @param streams how many this instance holds open
     * @param tell is told who joins and who is gone
     */
    Membership(
            EngineConfiguration configuration,
            MongoClient shared,
            LocalDeadline deadline,
            UnitOwner units,
            CommandRunner commands,
            IntSupplier streams,
            Consumer<ListenerEvent> tell) {
        this.configuration = configuration;
        this.streams = streams;
        this.own = configuration.server instanceof MongoEndpoint.Settings;
        this.client = configuration.server instanceof MongoEndpoint.Settings given
                ? MongoClients.create(small(given.settings(), timeout()))
                : shared;
        this.events = new ClusterEvents(tell);
        MongoClusterStore store = new MongoClusterStore(client, configuration.stateDatabase, timeout(), thread);
        this.loop = new ClusterLoop(
                thread,
                wake -> new ClusterMember(
                        new ClusterMember.Parts(
                                store,
                                new MongoCommandStore(store, by(), thread),
                                new UnitOwnerOnThread(units, thread),
                                new CommandRunnerOnThread(commands, thread),
                                streams),
                        identity(configuration),
                        settings(configuration),
                        deadline,
                        this::seen,
                        wake));
    }

    private static ClusterSettings settings(EngineConfiguration configuration) {
        return ClusterSettings.withLease(configuration.cluster.lease());
    }

    /** Until when this instance may work without hearing from the server. */
    static LocalDeadline deadline(EngineConfiguration configuration) {
        return new LocalDeadline(ClusterTime.of(configuration.clock), settings(configuration));
    }

    private Duration timeout() {
        Duration half = configuration.cluster.lease().dividedBy(2);
        return half.compareTo(LONGEST_OPERATION) < 0 ? half : LONGEST_OPERATION;
    }

    private static MongoClientSettings small(MongoClientSettings settings, Duration timeout) {
        return MongoClientSettings.builder(settings)
                .applyToConnectionPoolSettings(
                        pool -> pool.minSize(0).maxSize(CONNECTIONS).maxConnecting(CONNECTIONS))
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS))
                .build();
    }

    private static ClusterMember.Identity identity(EngineConfiguration configuration) {
        ProcessId here = LocalProcess.current();
        MemberInfo info = new MemberInfo(
                Objects.requireNonNullElse(InstanceName.of(configuration), ""),
                host(),
                here,
                mode(configuration.cluster),
                "");
        return new ClusterMember.Identity(
                info,
                new MemberDeclaration("", Map.of()),
                ObjectId::new,
                process -> LocalProcess.hasEnded(process, here));
    }

    /** What instances ask of each other, through a client that is used for other things too. */
    static CommandStore commands(EngineConfiguration configuration, MongoClient client, Scheduler thread) {
        return new MongoCommandStore(
                new MongoClusterStore(client, configuration.stateDatabase, configuration.answerTimeout, thread),
                by(),
                thread);
    }

    private static String by() {
        return "process " + LocalProcess.current().pid() + " on " + host();
    }

    private static MemberInfo.Mode mode(Cluster cluster) {
        return switch (cluster.mode()) {
            case USUAL -> MemberInfo.Mode.SHARING;
            case STANDBY -> MemberInfo.Mode.STANDBY;
            case ALONE -> MemberInfo.Mode.ALONE;
        };
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unknown) {
            return "localhost";
        }
    }

    ClusterMember member() {
        return loop.member();
    }

    private void seen(ClusterView view) {
        events.seen(view, loop.member().id());
        Sinks.Empty<Void> waiting = read;
        read = Sinks.empty();
        waiting.tryEmitEmpty();
    }

    /**
     * Takes what of the handlers' partitions is free, as one who joins or declares more: gives their terms, by id.
     *
     * @throws OnChangeException in the result, if this instance is to be alone and is not
     */
    Mono<Map<String, Long>> claim(Collection<HandlerSpec> handlers) {
        return claim(declarations.of(handlers));
    }

    /** The same for what is to be claimed in a moment: what others have to read before is stored from now on. */
    Mono<Map<String, Long>> claimSoon(Collection<HandlerSpec> handlers) {
        MemberDeclaration all = declarations.of(handlers);
        Mono<Void> stored = loop.member().prepare(all).onErrorComplete().cache();
        stored.subscribe();
        return stored.then(claim(all));
    }

    private Mono<Map<String, Long>> claim(MemberDeclaration all) {
        return loop.inTurn(loop.member().claim(all))
                .onErrorMap(failure -> !(failure instanceof OnChangeException), this::unusable)
                .delayUntil(claimed -> Mono.fromRunnable(this::refuseOthers));
    }

    private OnChangeException unusable(Throwable failure) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.CLUSTER_UNUSABLE,
                        "MongoDB " + configuration.stateDatabase,
                        "What the instances of the application have in common cannot be kept there: "
                                + Reason.sentence(failure),
                        Reason.isUnauthorized(failure)
                                ? "Grant the account the role readWrite on this database."
                                : "Make sure that the primary can be reached and a majority of the members is up.")),
                failure);
    }

    private void refuseOthers() {
        if (configuration.cluster.mode() == Cluster.Mode.ALONE) {
            ClusterView view = loop.member().view();
            Member me = view.members().get(loop.member().id());
            view.members().values().stream()
                    .filter(other -> me != null && Declarations.isBeside(other, me, view))
                    .findFirst()
                    .ifPresent(Membership::refuse);
        }
    }

    private static void refuse(Member other) {
        throw new OnChangeException(List.of(new Problem(
                ProblemCode.NOT_ALONE,
                "ChangeListenersBuilder.cluster(Cluster.alone())",
                "another instance listens with the same handlers: process "
                        + other.info().process().pid() + " on " + other.info().host() + ", since " + other.joined()
                        + ".",
                "End it first, or let the instances share their work: leave out Cluster.alone().")));
    }

    /** As it was read last; for any thread. */
    ClusterStatus status() {
        ClusterView view = loop.member().view();
        ObjectId me = loop.member().id();
        ObjectId leader = loop.member().leader();
        return new ClusterStatus(
                view.members().values().stream()
                        .filter(member -> !member.isDead())
                        .map(member -> status(
                                member, member.id().equals(me), member.id().equals(leader)))
                        .toList(),
                view.units().values().stream()
                        .sorted(Comparator.comparing(Unit::id))
                        .map(unit -> status(unit, paused()))
                        .toList(),
                loop.member().deadline().allows());
    }

    private ClusterStatus.MemberStatus status(Member member, boolean self, boolean leader) {
        return new ClusterStatus.MemberStatus(
                member.id().toHexString(),
                member.info().name(),
                member.info().host(),
                member.info().process().pid(),
                member.joined(),
                ClusterStatus.MemberStatus.Phase.valueOf(member.state().name()),
                self,
                leader,
                self ? streams.getAsInt() : member.streams());
    }

    private static ClusterStatus.OwnedHandler status(Unit unit, Map<String, Boolean> paused) {
        ObjectId next = unit.next();
        return new ClusterStatus.OwnedHandler(
                unit.id(),
                unit.owner().toHexString(),
                unit.term(),
                next == null ? null : next.toHexString(),
                unit.ready(),
                paused.getOrDefault(Partition.handlerOf(unit.id()), false));
    }

    /**
     * A handler was paused or resumed here: so it is wherever it begins, unless this instance is alone. Completes when that is
     * kept, or soon if it cannot be; then it is tried again.
     */
    Mono<Void> setPaused(String handlerId, boolean paused) {
        return configuration.cluster.mode() == Cluster.Mode.ALONE
                ? Mono.empty()
                : told(loop.member().setPaused(handlerId, paused));
    }

    /** The handlers, or partitions of them, that other instances have. */
    Set<String> elsewhere() {
        return ownedBy(
                loop.member().view(),
                member -> !member.id().equals(loop.member().id()));
    }

    /** Whether a member is alive or about to leave, as was read last. */
    boolean isAlive(ObjectId id) {
        Member member = loop.member().view().members().get(id);
        return member != null && !member.isDead();
    }

    /** The partitions of a handler that instances have, or take over in a moment; of one that is not divided, itself. */
    List<Partition> served(String handlerId) {
        ClusterView view = loop.member().view();
        return view.units().keySet().stream()
                .filter(unit -> Partition.handlerOf(unit).equals(handlerId) && view.isServed(unit))
                .map(Partition::of)
                .toList();
    }

    /** The same before this instance has joined; none if that cannot be known. */
    static Mono<Set<String>> elsewhere(EngineConfiguration configuration, MongoClient client, Scheduler thread) {
        return new MongoClusterStore(client, configuration.stateDatabase, configuration.answerTimeout, thread)
                .read()
                .map(view -> ownedBy(view, member -> !member.left().isNegative()))
                .onErrorReturn(Set.of());
    }

    private static Set<String> ownedBy(ClusterView view, Predicate<Member> members) {
        return view.units().values().stream()
                .filter(unit -> {
                    Member owner = view.members().get(unit.owner());
                    return owner != null && !owner.isDead() && members.test(owner);
                })
                .map(Unit::id)
                .collect(Collectors.toSet());
    }

    /** Which handlers were paused or resumed in the cluster, by id; none for one that is alone. */
    Map<String, Boolean> paused() {
        return configuration.cluster.mode() == Cluster.Mode.ALONE
                ? Map.of()
                : loop.member().paused();
    }

    /** What was claimed runs, which others may wait for. */
    Mono<Void> begun(Collection<String> units) {
        return loop.inTurn(Mono.<Void>fromRunnable(() -> loop.member().begun(units)))
                .doOnSuccess(done -> loop.wake());
    }

    /** What was claimed does not run, and this instance has the handlers that it had before. */
    void takeBack(Collection<String> units, Collection<HandlerSpec> before) {
        loop.inTurn(Mono.fromRunnable(() -> {
                    loop.member().notBegun(units);
                    loop.member().declare(declarations.of(before));
                }))
                .subscribe();
    }

    /** What was claimed does not run here yet: the next passes begin it, or it is given away. */
    void notBegun(Map<String, Long> claimed) {
        loop.inTurn(Mono.fromRunnable(() -> loop.member().notBegun(claimed.keySet())))
                .subscribe(null, null, loop::wake);
    }

    /** Declares other handlers. */
    void declare(Collection<HandlerSpec> handlers) {
        loop.inTurn(Mono.fromRunnable(() -> loop.member().declare(declarations.of(handlers))))
                .subscribe(null, null, loop::wake);
    }

    /** Begins to beat, and to follow what the leader says. */
    void start() {
        loop.start();
    }

    /** Completes when each of the partitions has an owner that listens. */
    Mono<Void> listening(Collection<String> units) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> next = read;
            return notListening(units).isEmpty()
                    ? Mono.<Void>empty()
                    : next.asMono().then(Mono.defer(() -> listening(units)));
        });
    }

    /** Those of the partitions that have no owner that listens. */
    List<String> notListening(Collection<String> units) {
        ClusterView view = loop.member().view();
        return units.stream()
                .filter(id -> {
                    Unit unit = view.units().get(id);
                    return unit == null || !unit.ready();
                })
                .toList();
    }

    /** Says that this instance is about to end. */
    Mono<Void> leave() {
        return told(loop.member().leave());
    }

    /** The streams are closed and the positions saved: others go on. */
    Mono<Void> end() {
        return Mono.defer(() -> {
            loop.stop();
            return told(loop.member().end());
        });
    }

    private Mono<Void> told(Mono<Void> work) {
        return loop.inTurn(work).timeout(LONGEST_TELLING).onErrorResume(failure -> {
            LOG.debug("The other instances could not be told yet", failure);
            return Mono.empty();
        });
    }

    void close() {
        loop.stop();
        thread.dispose();
        if (own) {
            client.close();
        }
    }
}
