package dev.onchange.engine.transaction;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.conversions.Bson;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The documents of fences, among the marks: <code>{_id: {fence: partition, lane: n}, term: t, writes: n}</code>. They are
 * never removed: a document that is not there could fence no instance.
 */
final class FenceDocuments {

    /** Of what is written for a partition and is no transaction of its handler. */
    static final int LETTERS = -1;

    /** So many at a time, as each command has to be answered in time, however many handlers are taken over. */
    private static final int WRITES = 1_000;

    private final MongoCollection<Document> documents;

    /** @param documents in which fences are raised, acknowledged by the majority */
    FenceDocuments(MongoCollection<Document> documents) {
        this.documents = documents;
    }

    /** From then on, no transaction with an earlier term commits. Waits for those that have begun to write. */
    Mono<Void> raise(Collection<Fence> fences) {
        List<WriteModel<Document>> writes = new ArrayList<>();
        for (Fence fence : fences) {
            List<Document> raised = List.of(new Document(
                    "$set", new Document("term", new Document("$max", List.of("$term", fence.term())))));
            for (int lane = LETTERS; lane < fence.lanes(); lane++) {
                writes.add(new UpdateOneModel<>(
                        Filters.eq(id(fence.partitionId(), new BsonInt32(lane))),
                        raised,
                        new UpdateOptions().upsert(true)));
            }
            // An instance of another version may have had more lanes.
            writes.add(new UpdateManyModel<>(from(fence.partitionId(), fence.lanes()), raised));
        }
        return write(writes);
    }

    /**
     * From then on, no transaction of those who have had these partitions commits. The terms then stand halfway to those of the
     * next owners, should there be any: these raise them as ever, and to do this again changes nothing.
     */
    Mono<Void> raiseBeyondOwners(Collection<String> partitionIds) {
        Document halfway = new Document("$add", List.of(new Document("$floor", "$term"), 0.5));
        List<Document> raised = List.of(new Document("$set", new Document("term", halfway)));
        List<WriteModel<Document>> writes = new ArrayList<>();
        for (String id : partitionIds) {
            writes.add(new UpdateManyModel<>(from(id, LETTERS), raised));
        }
        return write(writes);
    }

    private Mono<Void> write(List<WriteModel<Document>> writes) {
        return writes.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(writes)
                        .buffer(WRITES)
                        .concatMap(some -> documents.bulkWrite(some, new BulkWriteOptions().ordered(false)))
                        .then();
    }

    /** Matches the documents of a fence from a lane on. */
    private static Bson from(String partitionId, int lane) {
        return Filters.and(
                Filters.gte("_id", id(partitionId, new BsonInt32(lane))),
                Filters.lt("_id", id(partitionId, new BsonMaxKey())));
    }

    /** Matches the document unless another instance has raised it. */
    static BsonDocument own(Fence fence, int lane) {
        return new BsonDocument("_id", id(fence.partitionId(), new BsonInt32(lane)))
                .append("term", new BsonInt64(fence.term()));
    }

    /** The write of it. */
    static BsonDocument write() {
        return new BsonDocument("$inc", new BsonDocument("writes", new BsonInt64(1)));
    }

    private static BsonDocument id(String partitionId, BsonValue lane) {
        return new BsonDocument("fence", new BsonString(partitionId)).append("lane", lane);
    }
}
