package dev.onchange.engine.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The commands for the units of this instance. Each is carried out once by one owner, and once more by the next one if the
 * owner dies before its result is written. Used on the thread of the member only.
 */
final class OwnCommands {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    private final CommandStore store;
    private final CommandRunner runner;
    private final BooleanSupplier allowed;
    private final Runnable wake;
    private final Map<Command.Key, Disposable> running = new HashMap<>();
    private final Map<Command.Key, BsonDocument> results = new LinkedHashMap<>();

    /** What was paused or resumed here, and is not written yet. */
    private final Map<String, Boolean> untold = new LinkedHashMap<>();

    /** What was written by this instance, and by no other since as far as is known: a reading may have begun before it. */
    private final Map<String, Boolean> unread = new HashMap<>();

    private volatile Map<String, Boolean> paused = Map.of();
    private Map<String, Boolean> stored = Map.of();
    private List<Command> open = List.of();

    /** Whether some that were begun here were left to the next owner, which may be this member again. */
    private boolean left;

    /**
     * @param allowed whether the member may still work at its units, without having heard from the server
     * @param wake lets the member look again soon
     */
    OwnCommands(CommandStore store, CommandRunner runner, BooleanSupplier allowed, Runnable wake) {
        this.store = store;
        this.runner = runner;
        this.allowed = allowed;
        this.wake = wake;
    }

    /** Which handlers are to be paused or to run, by id, wherever they begin; for any thread. */
    Map<String, Boolean> paused() {
        return paused;
    }

    /** A handler of this instance was paused or resumed: the store is told, in a later pass if that fails. */
    Mono<Void> setPaused(String handler, boolean isPaused) {
        return Mono.defer(() -> {
            untold.put(handler, isPaused);
            knownPaused();
            return tellPaused();
        });
    }

    /**
     * @param contained what this instance had written before the reading began
     */
    private void pausesRead(Map<String, Boolean> all, Map<String, Boolean> contained) {
        Map<String, Boolean> before = paused;
        stored = all;
        unread.entrySet().removeAll(contained.entrySet());
        knownPaused();
        Map<String, Boolean> changed = new HashMap<>(paused);
        changed.entrySet().removeAll(before.entrySet());
        if (!changed.isEmpty()) {
            runner.pausesChanged(Map.copyOf(changed));
        }
    }

    private void knownPaused() {
        Map<String, Boolean> all = new HashMap<>(stored);
        all.putAll(unread);
        all.putAll(untold);
        paused = Map.copyOf(all);
    }

    private Mono<Void> tellPaused() {
        return untold.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(List.copyOf(untold.entrySet()))
                        .concatMap(entry -> store.setPaused(entry.getKey(), entry.getValue())
                                .doOnSuccess(done -> told(entry.getKey(), entry.getValue())))
                        .then();
    }

    private void told(String handler, boolean isPaused) {
        if (untold.remove(handler, isPaused)) {
            unread.put(handler, isPaused);
        }
    }

    /** Whether something is to be written that could not be written yet. */
    boolean isBehind() {
        return !untold.isEmpty() || !results.isEmpty();
    }

    /** Whether commands are to be read again although nobody has said that something has changed. */
    boolean isToBeRead() {
        return left;
    }

    /** Removes what nobody asks for any more. */
    Mono<Void> removeOld() {
        return store.removeOld();
    }

    /** Reads what there is to do. */
    Mono<Void> read() {
        return Mono.defer(() -> {
                    left = false;
                    Map<String, Boolean> contained = Map.copyOf(unread);
                    return store.paused().doOnNext(all -> pausesRead(all, contained));
                })
                .then(store.open())
                .doOnNext(this::opened)
                .then();
    }

    private void opened(List<Command> all) {
        open = List.copyOf(all);
        Set<Command.Key> cancelled = new HashSet<>(running.keySet());
        all.forEach(command -> cancelled.remove(command.key()));
        cancelled.forEach(key -> {
            Disposable run = running.remove(key);
            if (run != null) {
                run.dispose();
            }
        });
    }

    /**
     * Writes results, and begins what was not begun.
     *
     * @param mine whether a unit runs here
     */
    Mono<Void> follow(ObjectId me, Predicate<String> mine) {
        return tellPaused().then(Mono.defer(() -> report(me))).then(Mono.defer(() -> begin(me, mine)));
    }

    private Mono<Void> report(ObjectId me) {
        return results.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(List.copyOf(results.entrySet()))
                        .concatMap(entry -> store.end(entry.getKey(), me, entry.getValue())
                                .doOnSuccess(done -> results.remove(entry.getKey())))
                        .then();
    }

    private Mono<Void> begin(ObjectId me, Predicate<String> mine) {
        if (open.isEmpty()) {
            return Mono.empty();
        }
        Map<ObjectId, List<Command>> due = open.stream()
                .filter(command -> mine.test(command.key().unit()))
                .filter(command -> !running.containsKey(command.key()) && !results.containsKey(command.key()))
                .collect(Collectors.groupingBy(command -> command.key().id(), LinkedHashMap::new, Collectors.toList()));
        return Flux.fromIterable(due.values())
                .concatMap(parts -> Flux.fromIterable(parts)
                        .filterWhen(part -> store.begin(part.key(), me), 1)
                        .collectList()
                        .doOnNext(begun -> carryOut(parts, begun)))
                .then();
    }

    private void carryOut(List<Command> read, List<Command> begun) {
        if (!allowed.getAsBoolean()) {
            // Another member may have the units by now. If it has not, they are begun once more.
            return;
        }
        open = open.stream().filter(command -> !read.contains(command)).toList();
        if (begun.isEmpty()) {
            return;
        }
        Command first = begun.get(0);
        Map<String, Command.Key> keys = new HashMap<>();
        begun.forEach(command -> keys.put(command.key().unit(), command.key()));
        Disposable.Swap run = Disposables.swap();
        keys.values().forEach(key -> running.put(key, run));
        run.update(runner.run(first.kind(), first.arguments(), Set.copyOf(keys.keySet()))
                .subscribe(
                        done -> {
                            running.keySet().removeAll(keys.values());
                            done.forEach((unit, result) -> results.put(Objects.requireNonNull(keys.get(unit)), result));
                            if (done.size() < keys.size()) {
                                left = true;
                            } else {
                                wake.run();
                            }
                        },
                        failure -> {
                            LOG.debug("The next owner of {} carries out {}", keys.keySet(), first.kind(), failure);
                            running.keySet().removeAll(keys.values());
                            left = true;
                        }));
    }
}
