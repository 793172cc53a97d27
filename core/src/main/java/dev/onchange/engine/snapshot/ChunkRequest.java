package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.DocumentId;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonMaxKey;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the documents that follow a key.
 *
 * @param behind the key; null for the first documents
 * @param limit how many at most
 * @param after the read is not older than that
 */
public record ChunkRequest(
        SnapshotCollection collection, @Nullable DocumentId behind, int limit, BsonTimestamp after) {

    private static final BsonDocument BY_ID = new BsonDocument("_id", new BsonInt32(1));

    /** Of a collection whose index of {@code _id} has another order, the server refuses the bound. */
    private static final BsonDocument NO_COLLATION = new BsonDocument("locale", new BsonString("simple"));

    /**
     * Asks for the one document that {@code min} leaves out: the greatest key there is, as its upper end. Seen on 6.0.
     *
     * @param time as of when
     */
    BsonDocument greatestKey(BsonTimestamp time) {
        return identified(new BsonDocument("find", new BsonString(collection.name()))
                .append("filter", new BsonDocument("_id", new BsonDocument("$eq", new BsonMaxKey())))
                .append("hint", BY_ID)
                .append("limit", new BsonInt32(1))
                .append("singleBatch", BsonBoolean.TRUE)
                .append(
                        "readConcern",
                        new BsonDocument("level", new BsonString("snapshot")).append("atClusterTime", time)));
    }

    /**
     * In one command, so that nothing stays open on the server, and its time need not be held there either. A filter would
     * find no keys of other BSON types than the bound's; {@code min} does, and takes the bound itself in, which the filter
     * leaves out. Seen so on 6.0.
     */
    BsonDocument command() {
        BsonDocument command = new BsonDocument("find", new BsonString(collection.name()));
        if (behind != null) {
            command.append("filter", new BsonDocument("_id", new BsonDocument("$ne", behind.value())))
                    .append("min", new BsonDocument("_id", behind.value()));
        }
        command.append("sort", BY_ID)
                .append("hint", BY_ID)
                .append("collation", NO_COLLATION)
                .append("limit", new BsonInt32(limit))
                .append("batchSize", new BsonInt32(limit))
                .append("singleBatch", BsonBoolean.TRUE)
                .append(
                        "readConcern",
                        new BsonDocument("level", new BsonString("snapshot")).append("afterClusterTime", after))
                .append("comment", new BsonString("onchange snapshot"));
        return identified(command);
    }

    private BsonDocument identified(BsonDocument command) {
        return collection.uuid() == null
                ? command
                : command.append("collectionUUID", new BsonBinary(collection.uuid()));
    }
}
