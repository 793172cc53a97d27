package dev.onchange.engine.lookup;

import com.mongodb.ReadConcernLevel;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.RawDocuments;
import java.util.List;
import java.util.Objects;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the current documents of some keys.
 *
 * @param keys distinct by {@code _id}, or by a shard key, as the events bring them
 * @param after the documents are not older than that; null if it does not matter
 */
record FindQuery(
        FindTarget target,
        List<RawBsonDocument> keys,
        @Nullable BsonTimestamp after) {

    private static final String ID = "_id";

    /** As many as fit into one reply. */
    private static final BsonInt32 UNBOUNDED = new BsonInt32(Integer.MAX_VALUE);

    FindQuery {
        keys = List.copyOf(keys);
    }

    /**
     * The server answers with error 361 if the collection of that name is another one by now, or none, in the same look
     * at its catalog with which it reads: seen so on 6.0.
     */
    RawBsonDocument command() {
        BsonDocument readConcern = new BsonDocument("level", new BsonString(ReadConcernLevel.MAJORITY.getValue()));
        if (after != null) {
            readConcern.append("afterClusterTime", after);
        }
        BsonDocument command = new BsonDocument("find", new BsonString(target.name()))
                .append("filter", filter())
                .append("batchSize", UNBOUNDED)
                .append("readConcern", readConcern)
                .append("comment", new BsonString("onchange look-up"));
        if (target.collection() != null) {
            command.append("collectionUUID", new BsonBinary(target.collection()));
        }
        return RawDocuments.whole(command);
    }

    /** By the shard key too, so that only the shards concerned are asked. */
    private BsonDocument filter() {
        BsonDocument filter = new BsonDocument(ID, RawDocuments.oneOf(keys, ID));
        for (String field : target.shardKey()) {
            filter.append(field, RawDocuments.oneOf(keys, field));
        }
        return filter;
    }

    static DocumentId id(RawBsonDocument key) {
        return Objects.requireNonNull(DocumentId.of(key), "a document key without _id");
    }

    /** The same for one of the keys. */
    FindQuery only(RawBsonDocument key) {
        return new FindQuery(target, List.of(key), after);
    }

    /** The same in two parts. */
    List<FindQuery> halves() {
        int half = keys.size() / 2;
        return List.of(
                new FindQuery(target, keys.subList(0, half), after),
                new FindQuery(target, keys.subList(half, keys.size()), after));
    }
}
