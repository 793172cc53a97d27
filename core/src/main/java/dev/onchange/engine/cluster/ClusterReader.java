package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a member reads in each pass: the leadership, the members, and units and commands if those may have changed. Used on
 * the thread of the member, but for {@link #view} and {@link #leader}.
 */
final class ClusterReader {

    /** Units are read again after so many passes even if nobody has said that they have changed. */
    private static final int PASSES_BETWEEN_READINGS = 20;

    /** The revision before units were read. */
    private static final long NONE = -1;

    /** To look so many units up costs as much as to read all. */
    private static final int LOOKED_UP = 500;

    private final ClusterStore store;
    private final DeathWatch watch;
    private final OwnCommands commands;
    private final Consumer<ClusterView> observer;
    private volatile ClusterView view = ClusterView.EMPTY;
    private volatile @Nullable ObjectId leader;
    private boolean again;
    private boolean writing;
    private long revision = NONE;
    private int passes;

    /** @param observer sees each reading */
    ClusterReader(ClusterStore store, DeathWatch watch, OwnCommands commands, Consumer<ClusterView> observer) {
        this.store = store;
        this.watch = watch;
        this.commands = commands;
        this.observer = observer;
    }

    /** The cluster as it was read last; for any thread. */
    ClusterView view() {
        return view;
    }

    /** The leader as it was read last; for any thread. */
    @Nullable
    ObjectId leader() {
        return leader;
    }

    int passes() {
        return passes;
    }

    /** Lets the next pass read everything. */
    void again() {
        again = true;
    }

    boolean isToReadAgain() {
        return again || writing;
    }

    /** Whether all units were read, and nothing has failed since. */
    boolean hasRead() {
        return revision != NONE && !isToReadAgain();
    }

    /** What this member has declared need not be read. */
    void noteDeclared(MemberDeclaration declaration) {
        view = view.withDeclarations(List.of(declaration));
    }

    void noteDead(ObjectId id) {
        view = view.withDead(id);
    }

    /**
     * Takes or keeps the leadership for one that is free, and reads. The members are read after the units: then an owner that
     * is not among them was removed long ago.
     *
     * @param lease for how long it leads
     */
    Mono<Void> read(ObjectId me, Duration lease) {
        return store.lead(me, lease, view.dead())
                .flatMap(leadership -> {
                    leader = leadership.owner();
                    boolean due = isToReadAgain()
                            || commands.isToBeRead()
                            || leadership.revision() != revision
                            || passes % PASSES_BETWEEN_READINGS == 0;
                    passes++;
                    return due
                            ? Mono.when(commands.read(), store.units().doOnNext(units -> unitsRead(units, leadership)))
                            : Mono.empty();
                })
                .then(Mono.defer(this::readMembers))
                .then(Mono.fromRunnable(() -> observer.accept(view)));
    }

    private void unitsRead(List<Unit> units, Leadership leadership) {
        view = view.withUnits(units);
        revision = leadership.revision();
        again = false;
        writing = false;
    }

    Mono<Void> readMembers() {
        return store.members().flatMap(members -> {
            view = view.withMembers(members);
            watch.observe(members, store.primary());
            List<String> unknown = view.unknownDeclarations();
            return unknown.isEmpty()
                    ? Mono.empty()
                    : store.declarations(unknown)
                            .doOnNext(declarations -> view = view.withDeclarations(declarations))
                            .then();
        });
    }

    /** Reads some units only. */
    Mono<Void> readUnits(Collection<String> ids) {
        return ids.size() > LOOKED_UP
                ? store.units().doOnNext(units -> view = view.withUnits(units)).then()
                : store.units(ids)
                        .doOnNext(units -> view = view.andUnits(units))
                        .then();
    }

    /** Writes some units, and reads what became of them. If one of both fails, the next pass reads everything. */
    Mono<Void> afterWriting(Mono<Void> write, Collection<String> ids) {
        return Mono.defer(() -> {
            writing = true;
            return write.then(Mono.defer(() -> readUnits(ids))).doOnSuccess(done -> {
                writing = false;
                observer.accept(view);
            });
        });
    }

    /**
     * This member has told the others that something has changed, and need not read what it has written itself. If others
     * have told something meanwhile, everything is read again.
     *
     * @param then the revision after that
     */
    void noteTold(long then) {
        if (then == revision + 1) {
            revision = then;
        }
    }

    /** Reads everything for one who does not take part in a pass. */
    Mono<ClusterView> readAll() {
        return store.units()
                .doOnNext(units -> view = view.withUnits(units))
                .then(Mono.defer(this::readMembers))
                .then(Mono.fromSupplier(this::view));
    }
}
