package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.bson.types.ObjectId;
import reactor.core.publisher.Mono;

/** The way of one instance to the store: slow, lossy, cut, or without a primary. */
final class SimClient implements ClusterStore {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final SimWorld world;
    private final SimStore store;
    private final SimProcess process;
    final SimCommands commands;
    double loss;
    long cutUntil;
    private String primary = "0";

    SimClient(SimWorld world, SimStore store, SimProcess process) {
        this.world = world;
        this.store = store;
        this.process = process;
        this.commands = new SimCommands(this, store);
    }

    /** Fails if no answer comes in time, be the operation done or not. */
    <T> Mono<T> send(Supplier<T> operation) {
        return Mono.create(sink -> {
            long latency = 1_000_000L + (long) (world.random.nextDouble() * (world.chance(0.02) ? 1.5e9 : 8e6));
            boolean[] answered = {false};
            Runnable late = () -> {
                if (!answered[0]) {
                    answered[0] = true;
                    sink.error(new IllegalStateException("no answer"));
                }
            };
            process.after(TIMEOUT.toNanos(), late);
            if (world.now() < cutUntil || world.chance(loss)) {
                return;
            }
            world.after(latency / 2, () -> {
                if (!store.hasPrimary()) {
                    return;
                }
                T result = operation.get();
                String by = String.valueOf(store.elections());
                if (world.now() < cutUntil || world.chance(loss)) {
                    return;
                }
                world.after(
                        latency / 2,
                        () -> process.run(() -> {
                            if (!answered[0]) {
                                answered[0] = true;
                                primary = by;
                                sink.success(result);
                            }
                        }));
            });
        });
    }

    Mono<Void> done(Runnable operation) {
        return counted(() -> {
                    operation.run();
                    return true;
                })
                .then();
    }

    <T> Mono<T> counted(Supplier<T> operation) {
        return send(() -> {
            process.cluster.operations++;
            return operation.get();
        });
    }

    @Override
    public Mono<Void> declare(MemberDeclaration declaration) {
        return done(() -> store.declare(declaration));
    }

    @Override
    public Mono<List<MemberDeclaration>> declarations(Collection<String> hashes) {
        return counted(() -> store.declarations(hashes));
    }

    @Override
    public Mono<Boolean> join(ObjectId id, MemberInfo info, Duration lease) {
        return counted(() -> store.join(id, info, lease));
    }

    @Override
    public Mono<Boolean> beat(ObjectId id, Duration lease, String declared, int streams) {
        return counted(() -> store.beat(id, lease, declared, streams));
    }

    @Override
    public Mono<Boolean> leave(ObjectId id) {
        return counted(() -> store.leave(id));
    }

    @Override
    public Mono<Void> end(ObjectId id) {
        return done(() -> store.end(id));
    }

    @Override
    public Mono<List<Member>> members() {
        return counted(store::members);
    }

    @Override
    public Mono<Void> removeLongDead() {
        return done(store::removeLongDead);
    }

    @Override
    public Mono<Leadership> lead(ObjectId id, Duration lease, Collection<ObjectId> dead) {
        return counted(() -> store.lead(id, lease, dead));
    }

    @Override
    public Mono<Void> resign(ObjectId id) {
        return done(() -> store.resign(id));
    }

    @Override
    public Mono<Long> changed() {
        return counted(store::changed);
    }

    @Override
    public Mono<Boolean> certify(ObjectId id, long beat, boolean sure) {
        return counted(() -> {
            boolean wasAlive = isAlive(id);
            boolean dead = store.certify(id, beat, sure);
            if (wasAlive && dead) {
                process.certified(id, sure);
            }
            return dead;
        });
    }

    private boolean isAlive(ObjectId id) {
        SimStore.MemberDocument member = store.members.get(id);
        return member != null && !member.isDead();
    }

    @Override
    public Mono<List<Unit>> units() {
        return counted(store::units);
    }

    @Override
    public Mono<List<Unit>> units(Collection<String> ids) {
        return counted(() ->
                store.units().stream().filter(unit -> ids.contains(unit.id())).toList());
    }

    @Override
    public Mono<Void> write(List<UnitWrite> writes) {
        return done(() -> writes.forEach(store::write));
    }

    @Override
    public String primary() {
        return primary;
    }
}
