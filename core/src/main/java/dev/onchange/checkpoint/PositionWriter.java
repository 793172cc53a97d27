package dev.onchange.checkpoint;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.BulkWriteUpsert;
import com.mongodb.client.model.WriteModel;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.PositionDocuments.Handler;
import dev.onchange.checkpoint.StoredPositions.Place;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Writes positions in as few writes as possible, based on what it has stored so far. When a write does not end as expected,
 * it drops this knowledge and begins by reading. Used by one caller at a time.
 */
final class PositionWriter {

    /**
     * How often a save begins anew because another instance, or this one before a restart, has written the same positions.
     */
    private static final int TRIES = 15;

    /** The first wait in between; they grow, so that two instances that write the same positions do not collide again. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(5);

    private static final Duration LONGEST_WAIT = Duration.ofMillis(250);

    /** So many at a time, as each command has to be answered in time, however many handlers begin. */
    private static final int CREATED = 1_000;

    private static final int DUPLICATE_KEY = 11000;

    private final PositionDocuments documents;
    private final PositionTransactions transactions;
    private final Map<String, Long> terms = new ConcurrentHashMap<>();
    private final Map<String, Long> laterTerms = new ConcurrentHashMap<>();
    private volatile StoredPositions storedPositions = StoredPositions.empty();

    PositionWriter(PositionDocuments documents, PositionTransactions transactions) {
        this.documents = documents;
        this.transactions = transactions;
    }

    Mono<Void> save(Map<String, Position> positions) {
        Mono<Void> saved = Mono.defer(() -> learn(positions.keySet()))
                .flatMap(known -> write(known, SharedPositions.of(known, unfenced(positions), ObjectId::new)));
        return dropKnowledgeOnFailure(retryConflicts(saved)).then(refusingFenced(positions.keySet()));
    }

    private Map<String, Position> unfenced(Map<String, Position> positions) {
        Map<String, Position> unfenced = new HashMap<>(positions);
        unfenced.keySet().removeAll(laterTerms.keySet());
        return unfenced;
    }

    private long term(String handler) {
        return terms.getOrDefault(handler, 0L);
    }

    Mono<Void> rewind(String handler, Position position) {
        return dropKnowledgeOnFailure(documents
                .rewind(handler, term(handler), position)
                .onErrorResume(
                        PositionWriter::isDuplicateKey,
                        refused -> documents
                                .handlersOnPrimary(Set.of(handler))
                                .doOnNext(this::noteTerm)
                                .then(refusingFenced(Set.of(handler)))
                                // Another instance has just created the document.
                                .then(documents.rewind(handler, term(handler), position)))
                .doOnSuccess(done -> storedPositions = storedPositions.with(Map.of(handler, new Place.Own(position)))));
    }

    /** Lets positions go on under other ids. */
    Mono<Void> replace(Set<String> former, Map<String, Position> next) {
        // Former ones that follow a shared document get a position of their own first.
        return retryConflicts(Mono.defer(() -> {
                    storedPositions = StoredPositions.empty();
                    return learn(former);
                }))
                .then(transactions.replace(former, next))
                .doFinally(done -> dropKnowledge());
    }

    /** Makes the handlers refuse earlier terms, and no longer follow what an instance of an earlier term may write. */
    Mono<Void> claim(Map<String, Long> claimed) {
        terms.putAll(claimed);
        laterTerms.keySet().removeAll(claimed.keySet());
        Set<String> shared = new HashSet<>();
        Set<String> alone = new HashSet<>();
        for (String handler : claimed.keySet()) {
            (term(handler) == 0 ? alone : shared).add(handler);
        }
        Mono<Void> adopted = alone.isEmpty() ? Mono.empty() : adopt(alone);
        return shared.isEmpty() ? adopted : adopted.then(claimShared(shared));
    }

    /** An instance that shares nothing goes on with the terms that there are, from when there were several. */
    private Mono<Void> adopt(Set<String> handlers) {
        return documents
                .handlersOnPrimary(handlers)
                .filter(found -> found.term() > 0)
                .doOnNext(found -> terms.put(found.id(), found.term()))
                .then();
    }

    private Mono<Void> claimShared(Set<String> shared) {
        Mono<StoredPositions> raised = documents
                .handlersOnPrimary(shared)
                .collectList()
                .flatMap(found -> raise(shared, found))
                .then(retryConflicts(Mono.defer(() -> learn(shared))));
        return dropKnowledgeOnFailure(raised).then(refusingFenced(shared));
    }

    private Mono<Void> raise(Set<String> handlers, List<Handler> documentsFound) {
        Map<String, Handler> found = new HashMap<>();
        for (Handler document : documentsFound) {
            found.put(document.id(), document);
        }
        Map<Long, List<String>> raised = new HashMap<>();
        List<WriteModel<BsonDocument>> created = new ArrayList<>();
        for (String handler : handlers) {
            Handler document = found.get(handler);
            if (document == null) {
                created.add(documents.create(handler, term(handler)));
            } else if (document.term() < term(handler)) {
                raised.computeIfAbsent(term(handler), any -> new ArrayList<>()).add(handler);
            }
        }
        // What is known of these was read before other instances could not write them any more.
        storedPositions = storedPositions.without(handlers);
        Mono<Void> all = Mono.empty();
        for (Map.Entry<Long, List<String>> entry : raised.entrySet()) {
            all = all.then(documents.claim(entry.getValue(), entry.getKey()));
        }
        for (int from = 0; from < created.size(); from += CREATED) {
            all = all.then(create(created.subList(from, Math.min(created.size(), from + CREATED))));
        }
        return all;
    }

    private Mono<Void> create(List<WriteModel<BsonDocument>> some) {
        return documents
                .writeUnordered(some)
                .doOnNext(this::noteCreated)
                .onErrorComplete(PositionWriter::isDuplicateKey)
                .then();
    }

    /** What was created has no position yet, and need not be read. */
    private void noteCreated(BulkWriteResult result) {
        Set<String> created = new HashSet<>();
        for (BulkWriteUpsert upsert : result.getUpserts()) {
            created.add(upsert.getId().asString().getValue());
        }
        storedPositions = storedPositions.with(places(created, List.of()));
    }

    private void noteTerm(Handler found) {
        if (found.term() > term(found.id())) {
            laterTerms.put(found.id(), found.term());
        }
    }

    /** Fails for those that other instances are seen to have, when it is subscribed to. */
    private Mono<Void> refusingFenced(Set<String> handlers) {
        return Mono.defer(() -> refuseFenced(handlers));
    }

    private Mono<Void> refuseFenced(Set<String> handlers) {
        Set<String> fenced = new TreeSet<>(handlers);
        fenced.retainAll(laterTerms.keySet());
        return fenced.isEmpty()
                ? Mono.empty()
                : Mono.error(() ->
                        new FencedException(fenced.stream().map(this::takenOver).toList(), fenced));
    }

    private Problem takenOver(String handler) {
        return new Problem(
                ProblemCode.POSITIONS_TAKEN_OVER,
                documents.name() + " " + handler,
                "The position belongs to an instance with term " + laterTerms.get(handler)
                        + ", but this instance has term " + term(handler) + ".",
                "Nothing, if several instances share the handlers: another one goes on with it. Else end one of the"
                        + " two.");
    }

    private <T> Mono<T> retryConflicts(Mono<T> write) {
        return write.retryWhen(Retry.backoff(TRIES - 1L, FIRST_WAIT)
                .maxBackoff(LONGEST_WAIT)
                .filter(Conflict.class::isInstance)
                .onRetryExhaustedThrow((tries, last) -> contended(last.failure())));
    }

    private <T> Mono<T> dropKnowledgeOnFailure(Mono<T> write) {
        return write.doOnError(failure -> dropKnowledge()).doOnCancel(this::dropKnowledge);
    }

    private void dropKnowledge() {
        storedPositions = StoredPositions.empty();
        laterTerms.clear();
    }

    /** The stored positions, these handlers included; a conflict if one followed a document of another instance. */
    private Mono<StoredPositions> learn(Collection<String> handlers) {
        StoredPositions known = storedPositions;
        Set<String> unknown = new HashSet<>(handlers);
        unknown.removeAll(known.places().keySet());
        unknown.removeAll(laterTerms.keySet());
        if (unknown.isEmpty()) {
            return Mono.just(known);
        }
        return documents.handlersOnPrimary(unknown).collectList().flatMap(found -> {
            List<Handler> own = new ArrayList<>();
            Set<ObjectId> foreign = new HashSet<>();
            for (Handler handler : found) {
                noteTerm(handler);
                if (!laterTerms.containsKey(handler.id())) {
                    own.add(handler);
                    ObjectId follows = handler.follows();
                    if (follows != null) {
                        foreign.add(follows);
                    }
                }
            }
            foreign.removeAll(known.shared().keySet());
            if (!foreign.isEmpty()) {
                return Flux.fromIterable(foreign)
                        .concatMap(documents::dissolve)
                        .then(Mono.error(() -> new Conflict(null)));
            }
            unknown.removeAll(laterTerms.keySet());
            storedPositions = known.with(places(unknown, own));
            return Mono.just(storedPositions);
        });
    }

    private static Map<String, Place> places(Set<String> handlers, List<Handler> found) {
        Map<String, Place> places = new HashMap<>();
        for (String id : handlers) {
            places.put(id, new Place.Own(null));
        }
        for (Handler handler : found) {
            ObjectId follows = handler.follows();
            places.put(handler.id(), follows == null ? new Place.Own(handler.own()) : new Place.Follows(follows));
        }
        return places;
    }

    private Mono<Void> write(StoredPositions known, SharedPositions sharedPositions) {
        if (sharedPositions.isEmpty()) {
            return Mono.empty();
        }
        List<WriteModel<BsonDocument>> updates = documents.updates(known, sharedPositions, this::term);
        List<WriteModel<BsonDocument>> writes = new ArrayList<>(updates);
        for (ObjectId shared : sharedPositions.emptied()) {
            writes.add(documents.delete(shared));
        }
        return documents
                .write(writes)
                .flatMap(result -> {
                    if (result.getMatchedCount() + result.getUpserts().size() != updates.size()) {
                        return Mono.<Void>error(conflict(null));
                    }
                    storedPositions = sharedPositions.result();
                    return Mono.<Void>empty();
                })
                .onErrorMap(failure -> isDuplicateKey(failure) ? conflict(failure) : failure);
    }

    private Conflict conflict(@Nullable Throwable cause) {
        dropKnowledge();
        return new Conflict(cause);
    }

    private OnChangeException contended(Throwable last) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.POSITION_NOT_SAVED,
                        documents.name(),
                        "Another instance wrote the same positions at the same time, " + TRIES + " times in a row.",
                        "Let one instance at a time run these handlers.")),
                last);
    }

    private static boolean isDuplicateKey(Throwable failure) {
        return failure instanceof MongoBulkWriteException bulk
                ? bulk.getWriteErrors().stream().anyMatch(error -> error.getCode() == DUPLICATE_KEY)
                : failure instanceof MongoException other && other.getCode() == DUPLICATE_KEY;
    }

    /** The stored documents are not those that the write was based on. */
    private static final class Conflict extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Conflict(@Nullable Throwable cause) {
            super(cause);
        }
    }
}
