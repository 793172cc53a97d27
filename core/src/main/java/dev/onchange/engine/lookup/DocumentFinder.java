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
 * Puts queries to the server. With the command itself, for the driver's {@code find} has no word for the identity of
 * the collection.
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

    /** What there is; fails with the driver's exceptions. */
    Mono<FoundDocuments> find(FindQuery query) {
        return Mono.usingWhen(
                client.startSession(), session -> find(query, session), session -> Mono.fromRunnable(session::close));
    }

    private Mono<FoundDocuments> find(FindQuery query, ClientSession session) {
        MongoDatabase database = database(query.target().database());
        return Mono.from(database.runCommand(
                        session, query.command(), database.getReadPreference(), RawBsonDocument.class))
                .flatMap(reply -> foundDocuments(query, (RawBsonDocument) reply.getDocument("cursor"), session))
                .onErrorResume(MongoCommandException.class, DocumentFinder::gone);
    }

    private static Mono<FoundDocuments> gone(MongoCommandException error) {
        return error.getErrorCode() == COLLECTION_UUID_MISMATCH ? Mono.just(FoundDocuments.NONE) : Mono.error(error);
    }

    private Mono<FoundDocuments> foundDocuments(FindQuery query, RawBsonDocument cursor, ClientSession session) {
        long id = cursor.getInt64("id").getValue();
        if (id != 0 && query.keys().size() > 1) {
            // More than fits into a reply.
            return kill(cursor, session)
                    .thenMany(Flux.fromIterable(query.halves()))
                    .concatMap(half -> find(half, session))
                    .reduce(FoundDocuments::and);
        }
        List<RawBsonDocument> documents = documents(cursor);
        FoundDocuments foundDocuments = FoundDocuments.of(documents);
        return query.keys().size() == 1
                ? Mono.just(byItsKey(query, documents))
                : completed(query, foundDocuments, session);
    }

    /** One that was asked for alone is the answer however its {@code _id} is written. */
    private static FoundDocuments byItsKey(FindQuery query, List<RawBsonDocument> documents) {
        DocumentId id = FindQuery.id(query.keys().get(0));
        return documents.isEmpty() ? FoundDocuments.NONE : new FoundDocuments(Map.of(id, documents));
    }

    /**
     * What has an {@code _id} that was not asked for is the answer by the collection's collation, which only the server
     * knows: so what was not found is asked for alone.
     */
    private Mono<FoundDocuments> completed(FindQuery query, FoundDocuments foundDocuments, ClientSession session) {
        Set<DocumentId> strangers = new HashSet<>(foundDocuments.byId().keySet());
        List<RawBsonDocument> missing = new ArrayList<>();
        for (RawBsonDocument key : query.keys()) {
            DocumentId id = FindQuery.id(key);
            strangers.remove(id);
            if (!foundDocuments.byId().containsKey(id)) {
                missing.add(key);
            }
        }
        return strangers.isEmpty() || missing.isEmpty()
                ? Mono.just(foundDocuments)
                : Flux.fromIterable(missing)
                        .concatMap(key -> find(query.only(key), session))
                        .reduce(foundDocuments, FoundDocuments::and);
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
                // It ends when the server finds it idle.
                .onErrorComplete()
                .then();
    }

    private MongoDatabase database(String name) {
        return client.getDatabase(name).withTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
