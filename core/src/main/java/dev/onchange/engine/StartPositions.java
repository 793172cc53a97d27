package dev.onchange.engine;

import dev.onchange.StartFrom;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.engine.stream.StreamStart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds where each handler begins: where the user says, else at its kept position, else as it was declared. What the
 * user says counts once: a handler that comes back goes on where it was. That can be before its kept position, which the
 * store does not take back for a handler that has not come as far again.
 */
public final class StartPositions {

    /** Before any change; the second 0 stands for a time that is not known. */
    private static final BsonTimestamp FIRST = new BsonTimestamp(1, 0);

    private final BroadcastPositions store;
    private final TakeOver takeOver;
    private final Repartitioning repartitioning;
    private final Snapshots snapshots;
    private final Map<String, StartPosition> requested = new ConcurrentHashMap<>();
    private final Map<String, Position> leftAt = new ConcurrentHashMap<>();

    /** What has to be done before positions are read. */
    @FunctionalInterface
    interface TakeOver {

        /** @param opening the handler of each partition */
        Mono<Void> of(Map<Partition, HandlerSpec> opening, OwnedPartitions owned);
    }

    StartPositions(
            BroadcastPositions store,
            TakeOver takeOver,
            Repartitioning repartitioning,
            Snapshots snapshots,
            Map<String, RequestedStart> requested) {
        this.repartitioning = repartitioning;
        this.snapshots = snapshots;
        this.store = store;
        this.takeOver = takeOver;
        requested.forEach((id, request) -> this.requested.put(id, start(request)));
    }

    /** The ids of the partitions of those handlers that go on at their kept positions, if they have any. */
    List<String> unasked(Collection<HandlerSpec> handlers) {
        store.declare(handlers);
        List<String> unasked = new ArrayList<>();
        for (HandlerSpec handler : handlers) {
            if (!requested.containsKey(handler.id())) {
                for (Partition partition : handler.partitions()) {
                    if (!leftAt.containsKey(partition.id())) {
                        unasked.add(partition.id());
                    }
                }
            }
        }
        return unasked;
    }

    /** Those of the handlers that are about to begin where the user says: changes that are settled come again. */
    List<String> asked(Collection<HandlerSpec> handlers) {
        List<String> asked = new ArrayList<>();
        for (HandlerSpec handler : handlers) {
            if (requested.containsKey(handler.id())) {
                asked.add(handler.id());
            }
        }
        return asked;
    }

    /** These handlers have left at these positions: if they come back, those with a requested start go on there. */
    void left(Map<String, Position> standing) {
        standing.forEach((id, position) -> {
            if (requested.containsKey(Partition.handlerOf(id)) || leftAt.containsKey(id)) {
                leftAt.put(id, position);
            }
        });
        standing.keySet().forEach(id -> requested.remove(Partition.handlerOf(id)));
    }

    /** These handlers were at other instances meanwhile: they go on at their kept positions, wherever they were left here. */
    void wereElsewhere(Collection<String> handlerIds) {
        handlerIds.forEach(requested::remove);
        leftAt.keySet().removeIf(id -> handlerIds.contains(Partition.handlerOf(id)));
    }

    /**
     * By the ids of partitions, for handlers whose streams are about to open: those of their partitions that are owned are
     * taken over from instances that came before, and claimed. Only then are the positions read, as those move no more.
     *
     * @param now the server's present time
     */
    Mono<Map<String, StartPosition>> of(Collection<HandlerSpec> handlers, OwnedPartitions owned, Mono<Position> now) {
        store.declare(handlers);
        Map<Partition, HandlerSpec> opening = new LinkedHashMap<>();
        Map<String, Long> terms = new LinkedHashMap<>();
        for (HandlerSpec handler : handlers) {
            for (Partition partition : owned.of(handler)) {
                opening.put(partition, handler);
                terms.put(partition.id(), owned.term(partition.id()));
            }
        }
        Mono<Map<String, Position>> positions = EngineParts.both(takeOver.of(opening, owned), store.claim(terms))
                .then(Mono.defer(() -> kept(opening.keySet(), handlers)));
        return positions.zipWith(now).flatMap(answers -> {
            Map<String, Position> kept = answers.getT1();
            Position present = answers.getT2();
            Map<String, StartPosition> starts = new LinkedHashMap<>();
            for (Map.Entry<Partition, HandlerSpec> each : opening.entrySet()) {
                String id = each.getKey().id();
                starts.put(id, start(each.getValue(), id, kept, present));
            }
            return Flux.fromIterable(opening.entrySet())
                    .concatMap(each -> snapshot(each.getValue(), each.getKey().id(), kept, present))
                    .then(Mono.just(starts));
        });
    }

    /** The kept positions that are asked for; where a handler was divided otherwise before, those that its partitions inherit. */
    private Mono<Map<String, Position>> kept(Collection<Partition> opening, Collection<HandlerSpec> handlers) {
        List<String> ids = new ArrayList<>();
        for (Partition partition : opening) {
            if (!requested.containsKey(Partition.handlerOf(partition.id()))) {
                ids.add(partition.id());
            }
        }
        if (ids.isEmpty()) {
            return Mono.just(Map.of());
        }
        return store.load(ids).map(Repartitioning::present).flatMap(kept -> {
            List<HandlerSpec> missing = handlers.stream()
                    .filter(handler -> !handler.sharing().isBroadcast() && !requested.containsKey(handler.id()))
                    .filter(handler -> handler.partitions().stream()
                            .anyMatch(partition -> opening.contains(partition)
                                    && !kept.containsKey(partition.id())
                                    && !leftAt.containsKey(partition.id())))
                    .toList();
            return missing.isEmpty()
                    ? Mono.just(kept)
                    : repartitioning
                            .of(missing)
                            .flatMap(any -> any ? store.load(ids).map(Repartitioning::present) : Mono.just(kept));
        });
    }

    /** The documents come first where a handler begins so, or had not come to their end. */
    private Mono<Void> snapshot(HandlerSpec handler, String partitionId, Map<String, Position> kept, Position now) {
        if (requested.containsKey(handler.id())) {
            return Mono.fromRunnable(() -> snapshots.forget(partitionId));
        }
        Position position = leftAt.getOrDefault(partitionId, kept.get(partitionId));
        if (position != null) {
            return Mono.fromRunnable(() -> snapshots.goOn(handler, partitionId, position, kept.get(partitionId)));
        }
        return handler.startFrom() == StartFrom.SNAPSHOT ? snapshots.begin(handler, partitionId, now) : Mono.empty();
    }

    private StartPosition start(HandlerSpec handler, String partitionId, Map<String, Position> kept, Position now) {
        StartPosition request = requested.get(handler.id());
        if (request != null) {
            return request;
        }
        Position position = leftAt.getOrDefault(partitionId, kept.get(partitionId));
        if (position != null) {
            return new StartPosition.After(position.withSnapshot(null));
        }
        if (handler.startFrom() == StartFrom.EARLIEST) {
            return new StartPosition.Earliest();
        }
        store.beginsAnew(handler.id(), now);
        // Of a handler of each instance was told what it has missed, and where the documents come first they were read
        // since.
        return handler.startFrom() == StartFrom.NOW && !handler.sharing().isBroadcast()
                ? new StartPosition.Now(now)
                : new StartPosition.After(now);
    }

    private static StartPosition start(RequestedStart request) {
        if (request instanceof RequestedStart.ResumeToken resume) {
            return new StartPosition.Given(new StreamStart.ResumeAfter(resume.token()), position(resume.token()));
        }
        if (request instanceof RequestedStart.StartToken start) {
            return new StartPosition.Given(new StreamStart.StartAfter(start.token()), position(start.token()));
        }
        return new StartPosition.After(before(((RequestedStart.Time) request).clusterTime()));
    }

    /** The position of which a token is all that is known. */
    public static Position position(BsonDocument token) {
        BsonTimestamp time = Objects.requireNonNullElseGet(ResumeTokens.time(token), () -> new BsonTimestamp(0));
        return new Position(token, time, "");
    }

    /** The position after which changes of a time come. */
    public static Position before(BsonTimestamp time) {
        return Position.at(time.compareTo(FIRST) > 0 ? new BsonTimestamp(time.getValue() - 1) : FIRST);
    }

    /**
     * The first cluster time of a second.
     *
     * @throws IllegalArgumentException if no cluster time can be so early or late, as it counts seconds in 32 bits
     */
    public static BsonTimestamp timestamp(Instant second) {
        if (second.getEpochSecond() >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException("time = " + second + " is no time of a change: give one between "
                    + Instant.EPOCH + " and " + Instant.ofEpochSecond((1L << Integer.SIZE) - 1) + ".");
        }
        return new BsonTimestamp((int) second.getEpochSecond(), 0);
    }
}
