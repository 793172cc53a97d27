package dev.onchange.engine;

import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets the partitions of a handler inherit positions when it is divided into another number of them. When there are more,
 * each has the position of the one that it was a part of; when there are fewer, the earliest of those that it consists of.
 */
final class Repartitioning {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private static final int MOST = 256;

    private final CheckpointStore store;

    Repartitioning(CheckpointStore store) {
        this.store = store;
    }

    /** Those that are positions still. */
    static Map<String, Position> present(Map<String, Position> kept) {
        Map<String, Position> present = new HashMap<>(kept);
        present.values().removeIf(Position.NONE::equals);
        return present;
    }

    /** Of handlers that have no position for some of their partitions; those that never had one are left alone. */
    Mono<Void> of(Collection<HandlerSpec> handlers) {
        List<String> firsts = handlers.stream()
                .flatMap(handler -> counts().map(count -> new Partition(handler.id(), 0, count).id()))
                .toList();
        return store.load(firsts)
                .map(Repartitioning::present)
                .flatMapMany(found -> Flux.fromIterable(handlers).concatMap(handler -> inherit(handler, found)))
                .then();
    }

    private static Stream<Integer> counts() {
        return Stream.iterate(1, count -> count <= MOST, count -> 2 * count);
    }

    private Mono<Void> inherit(HandlerSpec handler, Map<String, Position> firsts) {
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
        return store.load(ids).map(Repartitioning::present).flatMap(positions -> {
            LOG.info("{} has {} partitions now, and had {}", handler.id(), count, former);
            return store.replace(positions.keySet(), inherited(handler, former, positions));
        });
    }

    /** The positions of the handler's partitions, from those that it had. */
    static Map<String, Position> inherited(HandlerSpec handler, int former, Map<String, Position> positions) {
        Map<String, Position> inherited = new HashMap<>();
        for (Partition partition : handler.partitions()) {
            Partition.allOf(handler.id(), former).stream()
                    .filter(other -> partition.number() % Math.min(former, partition.count())
                            == other.number() % Math.min(former, partition.count()))
                    .map(other -> positions.get(other.id()))
                    .filter(Objects::nonNull)
                    .reduce((one, other) -> one.isAfter(other) ? other : one)
                    .ifPresent(position -> inherited.put(partition.id(), position));
        }
        return inherited;
    }
}
