package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.Ordering;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.dispatch.HandlerSnapshot;
import dev.onchange.engine.dispatch.SnapshotPace;
import dev.onchange.engine.dispatch.SnapshotState;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.snapshot.ChunkReader;
import dev.onchange.engine.snapshot.CollectionProgress;
import dev.onchange.engine.snapshot.HandlerProgress;
import dev.onchange.engine.snapshot.KnownDocuments;
import dev.onchange.engine.snapshot.ProgressBson;
import dev.onchange.engine.snapshot.SnapshotCollections;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.SnapshotStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The snapshots of all handlers, by the ids of their partitions, from their begin until the handlers' positions have passed
 * what was read. Safe for use by several threads.
 */
final class Snapshots {

    private final SnapshotCollections collections;
    private final ChunkReader reader;
    private final Timing timing;
    private final EventPublisher events;
    private final double rate;
    private final Map<String, HandlerSnapshot> running = new ConcurrentHashMap<>();
    private final Map<String, Departed> departed = new ConcurrentHashMap<>();
    private final Map<String, Position> lastPositions = new ConcurrentHashMap<>();

    /** What a handler's snapshot had come to when it left. */
    private record Departed(Position position, BsonDocument progress) {}

    Snapshots(EngineConfiguration configuration, MongoClient client, Timing timing, EventPublisher events) {
        this.collections = new SnapshotCollections(client, configuration.answerTimeout, timing.timer());
        this.reader = new ChunkReader(client, configuration.answerTimeout);
        this.timing = timing;
        this.events = events;
        this.rate = configuration.snapshotRate;
    }

    ChunkReader reader() {
        return reader;
    }

    /** That of a handler, or of its partition; null if none is under way. */
    @Nullable
    HandlerSnapshot of(String partitionId) {
        return running.get(partitionId);
    }

    /** A handler begins with the documents that exist; the collections are asked for after the position was taken. */
    Mono<Void> begin(HandlerSpec handler, String partitionId, Position position) {
        return begin(handler, partitionId, position, KnownDocuments.none(), List.of())
                .then();
    }

    /**
     * A handler that has been listening is given the documents once more, while no stream feeds it: all of these partitions of
     * it, or none if one cannot be.
     *
     * @param now not earlier than any change that it was given
     * @param filters that the documents match
     */
    Mono<Void> again(HandlerSpec handler, List<String> partitionIds, Position now, List<String> filters) {
        return Flux.fromIterable(partitionIds)
                .concatMap(id -> collections
                        .of(handler.watched(), KnownDocuments.ofListening())
                        .map(found -> (Runnable) () -> begun(handler, id, now, found, filters)))
                .collectList()
                .doOnNext(all -> all.forEach(Runnable::run))
                .then();
    }

    /**
     * A handler that has missed changes is given the documents once more, and of the later changes those that no document
     * contains.
     *
     * @param now after all that it has missed
     */
    Mono<HandlerSnapshot> afterMissedChanges(HandlerSpec handler, String partitionId, Position now) {
        return begin(handler, partitionId, now, KnownDocuments.ofOneThatMissedChanges(), List.of());
    }

    private Mono<HandlerSnapshot> begin(
            HandlerSpec handler,
            String partitionId,
            Position position,
            KnownDocuments<DocumentId> known,
            List<String> filters) {
        return collections
                .of(handler.watched(), known)
                .map(found -> begun(handler, partitionId, position, found, filters));
    }

    private HandlerSnapshot begun(
            HandlerSpec handler,
            String partitionId,
            Position position,
            List<CollectionProgress> found,
            List<String> filters) {
        HandlerProgress begins = new HandlerProgress(found, filters, filters.isEmpty() ? position.clusterTime() : null);
        HandlerSnapshot begun = start(handler, partitionId, position, begins);
        events.tell(new ListenerEvent.SnapshotStarted(
                partitionId,
                found.stream().map(each -> each.collection().fullName()).toList(),
                Partition.of(partitionId)
                        .share(found.stream()
                                .mapToLong(CollectionProgress::estimated)
                                .sum()),
                begins.since()));
        return begun;
    }

    /**
     * A handler goes on with its snapshot, if it had one under way.
     *
     * @param kept the position as it was saved; null if none was
     */
    void goOn(HandlerSpec handler, String partitionId, Position position, @Nullable Position kept) {
        // Another instance may have had it meanwhile.
        running.remove(partitionId);
        Departed left = departed.remove(partitionId);
        BsonDocument progress = kept == null ? null : kept.snapshot();
        if (left != null && (kept == null || left.position().isAfter(kept))) {
            progress = left.progress();
        }
        if (progress != null) {
            start(handler, partitionId, position, ProgressBson.read(progress));
        }
    }

    private HandlerSnapshot start(HandlerSpec handler, String partitionId, Position position, HandlerProgress begins) {
        HandlerSnapshot snapshot = new HandlerSnapshot(
                partitionId,
                handler.ordering() == Ordering.STREAM,
                begins,
                position.clusterTime(),
                new SnapshotPace(timing.clock(), leastAtATime(handler), rate));
        running.put(partitionId, snapshot);
        return snapshot;
    }

    /** So many that each lane has its next call ready, a full one, while it is at one. */
    private static int leastAtATime(HandlerSpec handler) {
        return handler.batch() == null
                ? handler.concurrency() + 1
                : 2 * handler.concurrency() * handler.batch().size();
    }

    /** A handler begins where the user says, without a snapshot. */
    void forget(String partitionId) {
        running.remove(partitionId);
        departed.remove(partitionId);
    }

    /** These handlers have left; what their snapshots had come to is saved with their last positions. */
    void left(Collection<String> handlerIds) {
        for (String id : List.copyOf(running.keySet())) {
            Position last = lastPositions.get(id);
            HandlerSnapshot snapshot = handlerIds.contains(Partition.handlerOf(id)) ? running.remove(id) : null;
            if (snapshot != null && last != null) {
                departed.put(id, new Departed(last, snapshot.progress(last)));
            }
        }
    }

    /** Of a handler, all its partitions here. */
    List<HandlerSnapshot> ofHandler(String handlerId) {
        return running.entrySet().stream()
                .filter(entry -> Partition.handlerOf(entry.getKey()).equals(handlerId))
                .map(Map.Entry::getValue)
                .toList();
    }

    List<SnapshotStatus> status() {
        return running.entrySet().stream()
                .map(entry -> {
                    // What it passes over as others' counts too.
                    SnapshotState state = entry.getValue().state();
                    Partition partition = Partition.of(entry.getKey());
                    return new SnapshotStatus(
                            entry.getKey(),
                            state.left(),
                            partition.share(state.documents()),
                            partition.share(state.estimated()),
                            state.perSecond() / partition.count(),
                            state.paused(),
                            state.trouble());
                })
                .sorted(Comparator.comparing(SnapshotStatus::handlerId))
                .toList();
    }

    /** A position with the progress of its handler's snapshot. */
    Position withProgress(String partitionId, Position position) {
        return withProgress(Map.of(partitionId, position)).getOrDefault(partitionId, position);
    }

    /** The positions with the progress of the snapshots of their handlers, for the store. */
    Map<String, Position> withProgress(Map<String, Position> positions) {
        Map<String, Position> all = new HashMap<>(positions);
        all.replaceAll((id, position) -> {
            HandlerSnapshot snapshot = running.get(id);
            if (snapshot == null) {
                Departed left = departed.get(id);
                return left == null ? position : position.withSnapshot(left.progress());
            }
            lastPositions.put(id, position);
            return withProgress(id, position, snapshot);
        });
        return all;
    }

    private Position withProgress(String id, Position position, HandlerSnapshot snapshot) {
        if (snapshot.isComplete() && snapshot.tellComplete()) {
            long documents = Partition.of(id).share(snapshot.state().documents());
            events.tell(
                    snapshot.isCancelled()
                            ? new ListenerEvent.SnapshotCancelled(id, documents)
                            : new ListenerEvent.SnapshotCompleted(id, documents, snapshot.since()));
        }
        if (snapshot.isOver(position)) {
            running.remove(id, snapshot);
            lastPositions.remove(id);
            return position.withSnapshot(null);
        }
        return position.withSnapshot(snapshot.progress(position));
    }
}
