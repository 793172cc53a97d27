package dev.onchange.checkpoint;

import static java.util.Objects.requireNonNull;

import com.mongodb.ReadConcern;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The documents that hold positions, as one instance with its terms may read and write them. */
final class PositionDocuments {

    private static final String ID = "_id";
    private static final String FOLLOWS = "follows";
    private static final String TERM = "term";
    private static final String CLOSED = "closed";

    private final MongoCollection<BsonDocument> collection;

    PositionDocuments(MongoCollection<BsonDocument> collection) {
        this.collection = collection;
    }

    /** A handler's own document. */
    record Handler(
            String id,
            long term,
            @Nullable Position own,
            @Nullable ObjectId follows) {}

    String name() {
        return collection.getNamespace().getFullName();
    }

    /** The handlers' documents as a majority has acknowledged them. */
    Flux<Handler> handlers(Collection<String> ids) {
        return handlers(collection, ids);
    }

    /** The handlers' documents as the primary has them, acknowledged by a majority or not. */
    Flux<Handler> handlersOnPrimary(Collection<String> ids) {
        return handlers(collection.withReadConcern(ReadConcern.LOCAL), ids);
    }

    private Flux<Handler> handlers(MongoCollection<BsonDocument> from, Collection<String> ids) {
        return ids.isEmpty()
                ? Flux.empty()
                : Flux.from(from.find(Filters.in(ID, ids))).map(this::handler);
    }

    private Handler handler(BsonDocument document) {
        BsonValue follows = document.get(FOLLOWS);
        BsonValue term = document.get(TERM);
        return new Handler(
                document.getString(ID).getValue(),
                term != null && term.isNumber() ? term.asNumber().longValue() : 0,
                PositionBson.read(document, name()),
                follows != null && follows.isObjectId() ? follows.asObjectId().getValue() : null);
    }

    /** The positions in all shared documents. */
    Mono<Map<ObjectId, Position>> shared() {
        return Flux.from(collection.find(Filters.type(ID, "objectId")))
                .mapNotNull(document -> {
                    Position position = PositionBson.read(document, name());
                    return position == null
                            ? null
                            : Map.entry(document.getObjectId(ID).getValue(), position);
                })
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Shared documents that no instance has written for as long, by the server's clock. */
    Flux<ObjectId> sharedUnwrittenFor(Duration age) {
        return Flux.from(collection.find(Filters.and(
                        Filters.type(ID, "objectId"),
                        BsonDocument.parse("{ $expr: { $lt: ['$updatedAt', { $subtract: ['$$NOW', %d] }] } }"
                                .formatted(age.toMillis())))))
                .map(document -> document.getObjectId(ID).getValue());
    }

    /** Fails a whole ordered batch, by its upsert, if the document is not as expected or the position is later. */
    WriteModel<BsonDocument> detach(String handler, long term, @Nullable ObjectId follows, Position position) {
        return new UpdateOneModel<>(
                asExpected(handler, term, follows, position),
                Updates.combine(PositionBson.set(position), Updates.set(TERM, term), Updates.unset(FOLLOWS)),
                new UpdateOptions().upsert(true));
    }

    /** As {@link #detach}; from then on the handler has the later of that position and the shared document's. */
    WriteModel<BsonDocument> attach(
            String handler, long term, @Nullable ObjectId follows, Position position, ObjectId shared) {
        return new UpdateOneModel<>(
                asExpected(handler, term, follows, position),
                Updates.combine(PositionBson.set(position), Updates.set(TERM, term), Updates.set(FOLLOWS, shared)),
                new UpdateOptions().upsert(true));
    }

    private static Bson asExpected(String handler, long term, @Nullable ObjectId follows, Position position) {
        return Filters.and(
                Filters.eq(ID, handler),
                Filters.eq(FOLLOWS, follows),
                notLaterThan(term),
                PositionBson.notLaterThan(position));
    }

    private static Bson notLaterThan(long term) {
        return Filters.not(Filters.gt(TERM, term));
    }

    WriteModel<BsonDocument> create(ObjectId shared, Position position) {
        return new UpdateOneModel<>(
                Filters.eq(ID, shared), PositionBson.set(position), new UpdateOptions().upsert(true));
    }

    /** Matches nothing once an instance has closed the document. */
    WriteModel<BsonDocument> advance(ObjectId shared, Position position) {
        return new UpdateOneModel<>(
                Filters.and(Filters.eq(ID, shared), Filters.exists(CLOSED, false)), PositionBson.set(position));
    }

    WriteModel<BsonDocument> delete(ObjectId shared) {
        return new DeleteOneModel<>(Filters.eq(ID, shared));
    }

    /**
     * Gives each follower its own position and deletes the shared document. May be repeated, and be interrupted after
     * any write.
     */
    Mono<Void> dissolve(ObjectId shared) {
        return Mono.from(collection.findOneAndUpdate(
                        Filters.eq(ID, shared),
                        Updates.set(CLOSED, true),
                        new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER)))
                .mapNotNull(closed -> PositionBson.read(closed, name()))
                .flatMap(last -> Mono.from(collection.updateMany(
                        Filters.and(Filters.eq(FOLLOWS, shared), PositionBson.notLaterThan(last)),
                        Updates.combine(PositionBson.set(last), Updates.unset(FOLLOWS)))))
                .then(Mono.from(collection.updateMany(Filters.eq(FOLLOWS, shared), Updates.unset(FOLLOWS))))
                .then(Mono.from(collection.deleteOne(Filters.eq(ID, shared))))
                .then();
    }

    /** Sets a handler's position, also to an earlier one; fails by its upsert if the document has a later term. */
    Mono<Void> rewind(String handler, long term, Position position) {
        return Mono.from(collection.updateOne(
                        Filters.and(Filters.eq(ID, handler), notLaterThan(term)),
                        Updates.combine(PositionBson.set(position), Updates.set(TERM, term), Updates.unset(FOLLOWS)),
                        new UpdateOptions().upsert(true)))
                .then();
    }

    /** Makes the handlers' documents refuse earlier terms. */
    Mono<Void> claim(Collection<String> handlers, long term) {
        return Mono.from(collection.updateMany(
                        Filters.and(Filters.in(ID, handlers), notLaterThan(term)), Updates.set(TERM, term)))
                .then();
    }

    /** The same of a handler that perhaps has no document yet; fails by its upsert if the document has a later term. */
    WriteModel<BsonDocument> create(String handler, long term) {
        return new UpdateOneModel<>(
                Filters.and(Filters.eq(ID, handler), notLaterThan(term)),
                Updates.set(TERM, term),
                new UpdateOptions().upsert(true));
    }

    /**
     * The writes in an order that may be interrupted after any of them. A shared document advances after all handlers that
     * leave it were detached. A handler that is attached to one has its own position too, so the shared document may advance
     * later; but it is created before, as a followed document that does not exist is taken for dissolved.
     */
    List<WriteModel<BsonDocument>> updates(
            StoredPositions known, SharedPositions sharedPositions, ToLongFunction<String> terms) {
        List<WriteModel<BsonDocument>> created = new ArrayList<>();
        List<WriteModel<BsonDocument>> advanced = new ArrayList<>();
        for (Map.Entry<ObjectId, Position> each : sharedPositions.shared().entrySet()) {
            if (known.shared().containsKey(each.getKey())) {
                advanced.add(advance(each.getKey(), each.getValue()));
            } else {
                created.add(create(each.getKey(), each.getValue()));
            }
        }
        List<WriteModel<BsonDocument>> updates = new ArrayList<>(created);
        for (Map.Entry<String, Position> each : sharedPositions.own().entrySet()) {
            String id = each.getKey();
            updates.add(detach(id, terms.applyAsLong(id), known.followed(id), each.getValue()));
        }
        for (Map.Entry<String, ObjectId> each : sharedPositions.attached().entrySet()) {
            String id = each.getKey();
            Position own = requireNonNull(sharedPositions.result().position(id));
            updates.add(attach(id, terms.applyAsLong(id), known.followed(id), own, each.getValue()));
        }
        updates.addAll(advanced);
        return updates;
    }

    /** Writes each of them that the documents allow. */
    Mono<BulkWriteResult> writeUnordered(List<WriteModel<BsonDocument>> writes) {
        return Mono.from(collection.bulkWrite(writes, new BulkWriteOptions().ordered(false)));
    }

    /** Does each kind of write once, and leaves nothing behind; an upsert needs the privileges to insert and to update. */
    Mono<Void> probe() {
        BsonDocument document = new BsonDocument(ID, new BsonObjectId());
        return Mono.from(collection.updateOne(
                        document, Updates.currentDate(PositionBson.UPDATED_AT), new UpdateOptions().upsert(true)))
                .then(Mono.from(collection.deleteOne(document)))
                .then(Mono.from(collection.find(Filters.eq(ID, new BsonString("")))))
                .then();
    }

    /** Writes all or, after a failure, those before the failed one. */
    Mono<BulkWriteResult> write(List<WriteModel<BsonDocument>> writes) {
        return Mono.from(collection.bulkWrite(writes));
    }
}
