package dev.onchange.engine;

import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.snapshot.ProgressBson;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets the partitions of a handler inherit positions when it is divided into another number of them. When there are more,
 * each has the position of the one that it was a part of, and what that had come to in a snapshot; when there are fewer, the
 * earliest of those that it consists of, and a snapshot that any of them had under way begins anew.
 */
final class Repartitioning {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private static final int MOST = 256;

    private final CheckpointStore store;
    private final Function<Collection<String>, Mono<Void>> endFormer;

    /** @param endFormer lets no transaction of those commit who have had these partitions, perhaps without knowing that it is over */
    Repartitioning(CheckpointStore store, Function<Collection<String>, Mono<Void>> endFormer) {
        this.store = store;
        this.endFormer = endFormer;
    }

    /** Those that are positions still. */
    static Map<String, Position> present(Map<String, Position> kept) {
        Map<String, Position> present = new HashMap<>(kept);
        present.values().removeIf(Position.NONE::equals);
        return present;
    }

    /**
     * Of handlers that have no position for some of their partitions; those that never had one are left alone. Gives whether any
     * has inherited one.
     */
    Mono<Boolean> of(Collection<HandlerSpec> handlers) {
        List<String> firsts = handlers.stream()
                .flatMap(handler -> counts().map(count -> new Partition(handler.id(), 0, count).id()))
                .toList();
        return store.load(firsts)
                .map(Repartitioning::present)
                .flatMapMany(found -> Flux.fromIterable(handlers).concatMap(handler -> inherit(handler, found)))
                .hasElements();
    }

    private static Stream<Integer> counts() {
        return Stream.iterate(1, count -> count <= MOST, count -> 2 * count);
    }

    private Mono<Boolean> inherit(HandlerSpec handler, Map<String, Position> firsts) {
        int count = handler.sharing().partitions();
        Map<Integer, Position> before = new HashMap<>();
        counts().filter(other -> other != count).forEach(other -> {
            Position first = firsts.get(new Partition(handler.id(), 0, other).id());
            if (first != null) {
                before.put(other, first);
            }
        });
        if (before.isEmpty() || firsts.containsKey(new Partition(handler.id(), 0, count).id())) {
            return Mono.empty();
        }
        int former = before.entrySet().stream()
                .max((one, other) -> one.getValue().isAfter(other.getValue()) ? 1 : -1)
                .orElseThrow()
                .getKey();
        List<String> ids = Partition.allOf(handler.id(), former).stream()
                .map(Partition::id)
                .toList();
        // A mark that keeps a change from taking effect twice may be removed as soon as the inherited positions have
        // passed it.
        return endFormer
                .apply(ids)
                .then(store.load(ids))
                .map(Repartitioning::present)
                .flatMap(positions -> {
                    LOG.info("{} has {} partitions now, and had {}", handler.id(), count, former);
                    return store.replace(positions.keySet(), inherited(handler, former, positions))
                            .thenReturn(true);
                });
    }

    /** The positions of the handler's partitions, from those that it had. */
    static Map<String, Position> inherited(HandlerSpec handler, int former, Map<String, Position> positions) {
        Map<String, Position> inherited = new HashMap<>();
        for (Partition partition : handler.partitions()) {
            int same = Math.min(former, partition.count());
            Partition.allOf(handler.id(), former).stream()
                    .filter(other -> partition.number() % same == other.number() % same)
                    .map(other -> positions.get(other.id()))
                    .filter(Objects::nonNull)
                    .map(position -> former > partition.count() ? snapshotAnew(position) : position)
                    .reduce(Repartitioning::merged)
                    .ifPresent(position -> inherited.put(partition.id(), position));
        }
        return inherited;
    }

    /** What one of several partitions has come to says nothing of the documents of the others. */
    private static Position snapshotAnew(Position position) {
        BsonDocument progress = position.snapshot();
        return progress == null ? position : position.withSnapshot(ProgressBson.anew(List.of(progress)));
    }

    private static Position merged(Position one, Position other) {
        List<BsonDocument> progress = Stream.of(one, other)
                .map(Position::snapshot)
                .filter(Objects::nonNull)
                .toList();
        return (one.isAfter(other) ? other : one).withSnapshot(progress.isEmpty() ? null : ProgressBson.anew(progress));
    }
}
