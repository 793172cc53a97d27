package dev.onchange.engine.snapshot;

import com.mongodb.MongoCommandException;
import com.mongodb.ReadPreference;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.bson.RawDocumentCodec;
import dev.onchange.engine.bson.RawDocuments;
import dev.onchange.engine.snapshot.ChunkRequest.Filter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Reads documents, as many as one reply takes, at a time that the server tells. */
public final class ChunkReader {

    /** Another collection has the name by now, or none: seen on 6.0. */
    private static final int COLLECTION_UUID_MISMATCH = 361;

    private static final byte[] FIRST_BATCH = "firstBatch".getBytes(StandardCharsets.US_ASCII);

    private final MongoClient client;
    private final Duration answerTimeout;

    /** @param answerTimeout when it is over, the driver closes the connection, which may be dead */
    public ChunkReader(MongoClient client, Duration answerTimeout) {
        this.client = client;
        this.answerTimeout = answerTimeout;
    }

    /**
     * The documents; fails with a {@link CollectionGoneException} if the collection is not there any more, else with the
     * driver's exceptions.
     */
    public Mono<Chunk> read(ChunkRequest request) {
        DocumentId behind = request.behind();
        if (behind != null && behind.value().getBsonType() == BsonType.MAX_KEY) {
            return Mono.just(Chunk.of(request.after(), List.of()));
        }
        Filter filter = request.filter();
        return filter == null ? readAll(request) : readWanted(request, filter);
    }

    private Mono<Chunk> readAll(ChunkRequest request) {
        return chunk(request, request.command())
                .flatMap(chunk -> chunk.documents().isEmpty() && request.behind() != null
                        ? others(request, chunk)
                        : Mono.just(chunk));
    }

    /** Asks once more: the document of the bound may have been so large that the reply took no other one. */
    private Mono<Chunk> others(ChunkRequest request, Chunk empty) {
        return request.takesBound()
                ? chunk(request, request.others())
                        .flatMap(chunk -> chunk.documents().isEmpty() ? greatest(request, chunk) : Mono.just(chunk))
                : greatest(request, empty);
    }

    /**
     * The document of the greatest key, which nearly no collection has: so it is first looked for as of any time, since a server
     * that keeps no history refuses to read as of the time of another read.
     */
    private Mono<Chunk> greatest(ChunkRequest request, Chunk empty) {
        return chunk(request, request.greatestKey())
                .flatMap(found -> found.documents().isEmpty()
                        ? Mono.just(empty)
                        : chunk(request, request.greatestKey(empty.time())));
    }

    /** Up to a key that is found first, for a reply does not tell which documents the filter has left out. */
    private Mono<Chunk> readWanted(ChunkRequest request, Filter filter) {
        return chunk(request, request.bounds(filter)).flatMap(keys -> {
            DocumentId end = keys.last();
            if (end == null || keys.read() < 2) {
                // There are not so many any more.
                return readAll(request);
            }
            DocumentId last =
                    Objects.requireNonNull(DocumentId.copyOf(keys.documents().get(0)));
            return run(request, request.wanted(filter, end)).map(cursor -> wanted(request, filter, cursor, last));
        });
    }

    private Chunk wanted(ChunkRequest request, Filter filter, RawBsonDocument cursor, DocumentId last) {
        BsonTimestamp time = cursor.getTimestamp("atClusterTime", request.after());
        List<RawBsonDocument> documents = documents(cursor);
        BsonInt64 left = cursor.getInt64("id");
        if (left.getValue() == 0) {
            // Between the two keys that were found, others may have been inserted since.
            DocumentId greatest = Chunk.lastOf(documents);
            boolean isLater = greatest != null && greatest.compareTo(last) > 0;
            return new Chunk(time, documents, isLater ? greatest : last, filter.among());
        }
        // The reply did not take all of them.
        Mono.from(database(request.collection().database()).runCommand(request.killCursor(left)))
                .subscribe(killed -> {}, failure -> {});
        return Chunk.of(time, documents);
    }

    private Mono<Chunk> chunk(ChunkRequest request, BsonDocument command) {
        // Of a collection that does not exist the server tells no time: it did not exist then either, or is dropped
        // since.
        return run(request, command)
                .map(cursor -> Chunk.of(
                        cursor.getTimestamp("atClusterTime", request.after()),
                        withoutBound(request.behind(), documents(cursor))));
    }

    private static List<RawBsonDocument> withoutBound(@Nullable DocumentId bound, List<RawBsonDocument> documents) {
        return bound != null && !documents.isEmpty() && bound.equals(DocumentId.of(documents.get(0)))
                ? documents.subList(1, documents.size())
                : documents;
    }

    private Mono<RawBsonDocument> run(ChunkRequest request, BsonDocument command) {
        return Mono.defer(() -> Mono.from(database(request.collection().database())
                        .runCommand(RawDocuments.whole(command), ReadPreference.primary(), RawBsonDocument.class)))
                .map(reply -> (RawBsonDocument) reply.getDocument("cursor"))
                .onErrorMap(
                        MongoCommandException.class,
                        error -> error.getErrorCode() == COLLECTION_UUID_MISMATCH
                                ? new CollectionGoneException(request.collection(), error)
                                : error);
    }

    private MongoDatabase database(String name) {
        return client.getDatabase(name)
                .withCodecRegistry(RawDocumentCodec.REGISTRY)
                .withTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static List<RawBsonDocument> documents(RawBsonDocument cursor) {
        byte[] bytes = RawBytes.array(cursor);
        int array = Raw.value(bytes, Raw.find(bytes, RawBytes.offset(cursor), FIRST_BATCH));
        List<RawBsonDocument> documents = new ArrayList<>();
        for (int element = Raw.first(array); bytes[element] != 0; ) {
            int value = Raw.value(bytes, element);
            documents.add(new RawBsonDocument(bytes, value, Raw.int32(bytes, value)));
            element = Raw.next(bytes, bytes[element], value);
        }
        return documents;
    }
}
