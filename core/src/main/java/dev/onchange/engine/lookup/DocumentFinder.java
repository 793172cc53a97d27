package dev.onchange.engine.lookup;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends queries to the server, as commands, for the driver's {@code find} has no option for the identity of
 * the collection (D9).
 */
final class DocumentFinder {

    /** Another collection has the name by now, or none. */
    private static final int COLLECTION_UUID_MISMATCH = 361;

    private static final byte[] FIRST_BATCH = "firstBatch".getBytes(StandardCharsets.US_ASCII);

    private final MongoClient client;
    private final Duration answerTimeout;

    /** @param answerTimeout when it is over, the driver closes the connection, which may be dead */
    DocumentFinder(MongoClient client, Duration answerTimeout) {
        this.client = client;
        this.answerTimeout = answerTimeout;
    }

    /** The documents that exist; fails with the driver's exceptions. */
    Mono<FoundDocuments> find(FindQuery query) {
        return Mono.usingWhen(
                client.startSession(), session -> find(query, session), session -> Mono.fromRunnable(session::close));
    }

    private Mono<FoundDocuments> find(FindQuery query, ClientSession session) {
        MongoDatabase database = database(query.target().database());
        return Mono.from(database.runCommand(
                        session, query.command(), database.getReadPreference(), RawBsonDocument.class))
                .flatMap(reply -> read(query, (RawBsonDocument) reply.getDocument("cursor"), session))
                .onErrorResume(MongoCommandException.class, DocumentFinder::noneIfReplaced);
    }

    private static Mono<FoundDocuments> noneIfReplaced(MongoCommandException error) {
        return error.getErrorCode() == COLLECTION_UUID_MISMATCH ? Mono.just(FoundDocuments.NONE) : Mono.error(error);
    }

    private Mono<FoundDocuments> read(FindQuery query, RawBsonDocument cursor, ClientSession session) {
        long id = cursor.getInt64("id").getValue();
        if (id != 0 && query.keys().size() > 1) {
            // The documents do not fit into one reply.
            return kill(cursor, session)
                    .thenMany(Flux.fromIterable(query.halves()))
                    .concatMap(half -> find(half, session))
                    .reduce(FoundDocuments::merge);
        }
        List<RawBsonDocument> documents = documents(cursor);
        FoundDocuments found = FoundDocuments.of(documents);
        return query.keys().size() == 1
                ? Mono.just(byRequestedKey(query, documents))
                : withMissing(query, found, session);
    }

    /** A document that was asked for by one key alone belongs to that key, however its {@code _id} is written. */
    private static FoundDocuments byRequestedKey(FindQuery query, List<RawBsonDocument> documents) {
        DocumentId id = FindQuery.id(query.keys().get(0));
        return documents.isEmpty() ? FoundDocuments.NONE : new FoundDocuments(Map.of(id, documents));
    }

    /**
     * A document whose {@code _id} was not asked for was found by the collection's collation, which only the server
     * knows: so each key for which no document was found is asked for alone.
     */
    private Mono<FoundDocuments> withMissing(FindQuery query, FoundDocuments found, ClientSession session) {
        Set<DocumentId> unrequested = new HashSet<>(found.byId().keySet());
        List<RawBsonDocument> missing = new ArrayList<>();
        for (RawBsonDocument key : query.keys()) {
            DocumentId id = FindQuery.id(key);
            unrequested.remove(id);
            if (!found.byId().containsKey(id)) {
                missing.add(key);
            }
        }
        return unrequested.isEmpty() || missing.isEmpty()
                ? Mono.just(found)
                : Flux.fromIterable(missing)
                        .concatMap(key -> find(query.only(key), session))
                        .reduce(found, FoundDocuments::merge);
    }

    /** Slices of the reply. */
    private static List<RawBsonDocument> documents(RawBsonDocument cursor) {
        byte[] bytes = RawBytes.array(cursor);
        int batch = Raw.find(bytes, RawBytes.offset(cursor), FIRST_BATCH);
        int array = Raw.value(bytes, batch);
        List<RawBsonDocument> documents = new ArrayList<>();
        for (int element = Raw.first(array); bytes[element] != 0; ) {
            int value = Raw.value(bytes, element);
            documents.add(new RawBsonDocument(bytes, value, Raw.int32(bytes, value)));
            element = Raw.next(bytes, bytes[element], value);
        }
        return documents;
    }

    private Mono<Void> kill(RawBsonDocument cursor, ClientSession session) {
        MongoNamespace namespace = new MongoNamespace(cursor.getString("ns").getValue());
        BsonDocument command = new BsonDocument("killCursors", new BsonString(namespace.getCollectionName()))
                .append(
                        "cursors",
                        new BsonArray(
                                List.of(new BsonInt64(cursor.getInt64("id").getValue()))));
        MongoDatabase database = database(namespace.getDatabaseName());
        return Mono.from(database.runCommand(session, command, database.getReadPreference()))
                // A cursor that is not killed ends when the server finds it idle.
                .onErrorComplete()
                .then();
    }

    private MongoDatabase database(String name) {
        return client.getDatabase(name).withTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
