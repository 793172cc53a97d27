package dev.onchange.engine.deadletter;

import static com.mongodb.client.model.Filters.eq;

import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.engine.bson.RawBytes;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps events that do not fit into their letter's document: events may be as large as documents, and older servers
 * refuse to store some of the names and depths that they may hold.
 */
final class EventParts {

    /** Well below the largest document. */
    private static final int PART_SIZE = 8 * 1024 * 1024;

    private final MongoCollection<BsonDocument> parts;
    private final MongoCollection<BsonDocument> inTransactions;

    /** @param inTransactions the same without a time-out, which a transaction does not take */
    EventParts(MongoCollection<BsonDocument> parts, MongoCollection<BsonDocument> inTransactions) {
        this.parts = parts;
        this.inTransactions = inTransactions;
    }

    /** Does each kind of write once, and removes what it wrote; an upsert needs the privileges to insert and to update. */
    Mono<Void> probe() {
        BsonDocument probe = new BsonDocument("_id", new BsonObjectId());
        return Mono.from(parts.replaceOne(probe, probe, new ReplaceOptions().upsert(true)))
                .then(Mono.from(parts.deleteOne(probe)))
                .then();
    }

    /** Stores the event and gives the number of its parts; may be repeated. */
    Mono<Integer> store(String letterId, RawBsonDocument event) {
        byte[] bytes = bytes(event);
        int count = (bytes.length + PART_SIZE - 1) / PART_SIZE;
        return Flux.range(0, count)
                .concatMap(number -> store(letterId, number, bytes))
                .then(Mono.just(count));
    }

    private Mono<Void> store(String letterId, int number, byte[] bytes) {
        int from = number * PART_SIZE;
        byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PART_SIZE));
        BsonValue id = id(letterId, number);
        return Mono.from(parts.replaceOne(
                        eq("_id", id),
                        new BsonDocument("_id", id).append("bytes", new BsonBinary(part)),
                        new ReplaceOptions().upsert(true)))
                .then();
    }

    Mono<RawBsonDocument> load(String letterId, int count) {
        return Flux.range(0, count)
                .concatMap(number -> Mono.from(
                                parts.find(eq("_id", id(letterId, number))).first())
                        .switchIfEmpty(Mono.error(() -> new IllegalStateException(
                                "part " + number + " of the event of dead letter " + letterId + " is missing"))))
                .collect(
                        ByteArrayOutputStream::new,
                        (all, part) -> all.writeBytes(part.getBinary("bytes").getData()))
                .map(all -> new RawBsonDocument(all.toByteArray()));
    }

    Mono<Void> remove(String letterId, int count) {
        return Flux.range(0, count)
                .concatMap(number -> parts.deleteOne(eq("_id", id(letterId, number))))
                .then();
    }

    Mono<Void> remove(ClientSession session, String letterId, int count) {
        return Flux.range(0, count)
                .concatMap(number -> inTransactions.deleteOne(session, eq("_id", id(letterId, number))))
                .then();
    }

    private static BsonValue id(String letterId, int number) {
        return new BsonDocument("letter", new BsonString(letterId)).append("part", new BsonInt32(number));
    }

    private static byte[] bytes(RawBsonDocument event) {
        int from = RawBytes.offset(event);
        return Arrays.copyOfRange(RawBytes.array(event), from, from + RawBytes.length(event));
    }
}
