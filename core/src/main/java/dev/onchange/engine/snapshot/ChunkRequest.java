package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.DocumentId;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the documents that follow a key.
 *
 * @param behind the key; null for the first documents
 * @param limit how many at most; one more if the document of that key is gone
 * @param after the read is not older than that
 * @param filter which documents are wanted, of as many as it says; null if all are
 */
public record ChunkRequest(
        SnapshotCollection collection,
        @Nullable DocumentId behind,
        int limit,
        BsonTimestamp after,
        @Nullable Filter filter) {

    /** From so many documents on, these are small. */
    private static final int MANY = 100;

    private static final BsonDocument BY_ID = new BsonDocument("_id", new BsonInt32(1));

    /** Of a collection whose index of {@code _id} has another order, the server refuses the bound. */
    private static final BsonDocument NO_COLLATION = new BsonDocument("locale", new BsonString("simple"));

    /**
     * Which documents are wanted.
     *
     * @param filter of documents
     * @param among of so many documents, so that the read takes no longer than that many do
     */
    public record Filter(BsonDocument filter, int among) {}

    /** Asks for all documents. */
    public ChunkRequest(SnapshotCollection collection, @Nullable DocumentId behind, int limit, BsonTimestamp after) {
        this(collection, behind, limit, after, null);
    }

    /** Asks for the one document that {@code min} leaves out: the greatest key there is, as its upper end. Seen on 6.0. */
    BsonDocument greatestKey() {
        return greatestKey(asOf("afterClusterTime", after));
    }

    /**
     * The same.
     *
     * @param time as of when
     */
    BsonDocument greatestKey(BsonTimestamp time) {
        return greatestKey(asOf("atClusterTime", time));
    }

    private BsonDocument greatestKey(BsonDocument readConcern) {
        return identified(new BsonDocument("find", new BsonString(collection.name()))
                .append("filter", new BsonDocument("_id", new BsonDocument("$eq", new BsonMaxKey())))
                .append("hint", BY_ID)
                .append("limit", new BsonInt32(1))
                .append("singleBatch", BsonBoolean.TRUE)
                .append("readConcern", readConcern));
    }

    /**
     * Whether {@link #command} asks for the document of the bound too, if there still is one: a filter that leaves it out is
     * a fifth of what a small document costs the server.
     */
    boolean takesBound() {
        return behind != null && limit >= MANY;
    }

    /** In one command, so that nothing stays open on the server, and its time need not be held there either. */
    BsonDocument command() {
        return takesBound() ? all(from(new BsonDocument()), limit + 1, asOf("afterClusterTime", after)) : others();
    }

    /** Asks for the same without the document of the bound. */
    BsonDocument others() {
        return all(find(new BsonDocument()), limit, asOf("afterClusterTime", after));
    }

    private static BsonDocument all(BsonDocument find, int limit, BsonDocument readConcern) {
        return find.append("limit", new BsonInt32(limit))
                .append("batchSize", new BsonInt32(limit))
                .append("singleBatch", BsonBoolean.TRUE)
                .append("readConcern", readConcern);
    }

    /** Asks for the last key of those that the filter is for, and for the one behind it; the index has both. */
    BsonDocument bounds(Filter wanted) {
        return find(new BsonDocument())
                .append("projection", BY_ID)
                .append("skip", new BsonInt32(wanted.among() - 1))
                .append("limit", new BsonInt32(2))
                .append("singleBatch", BsonBoolean.TRUE)
                .append("readConcern", asOf("afterClusterTime", after));
    }

    /**
     * Asks for the documents that are wanted.
     *
     * @param end before which key
     */
    BsonDocument wanted(Filter wanted, DocumentId end) {
        return find(wanted.filter())
                .append("max", end.named("_id"))
                .append("batchSize", new BsonInt32(wanted.among()))
                .append("readConcern", asOf("afterClusterTime", after));
    }

    /** Of a reply that did not take all. */
    BsonDocument killCursor(BsonInt64 cursor) {
        return new BsonDocument("killCursors", new BsonString(collection.name()))
                .append("cursors", new BsonArray(List.of(cursor)));
    }

    /**
     * A filter would find no keys of other BSON types than the bound's; {@code min} does, and takes the bound itself in,
     * which the filter leaves out. Seen so on 6.0.
     */
    private BsonDocument find(BsonDocument also) {
        if (behind == null) {
            return from(also);
        }
        BsonDocument others = new BsonDocument("_id", behind.named("$ne"));
        return from(also.isEmpty() ? others : new BsonDocument("$and", new BsonArray(List.of(others, also))));
    }

    private BsonDocument from(BsonDocument filter) {
        BsonDocument command = new BsonDocument("find", new BsonString(collection.name()));
        if (behind != null) {
            command.append("min", behind.named("_id"));
        }
        return identified(command.append("filter", filter)
                .append("sort", BY_ID)
                .append("hint", BY_ID)
                .append("collation", NO_COLLATION)
                .append("comment", new BsonString("onchange snapshot")));
    }

    private static BsonDocument asOf(String how, BsonTimestamp time) {
        return new BsonDocument("level", new BsonString("snapshot")).append(how, time);
    }

    private BsonDocument identified(BsonDocument command) {
        return collection.uuid() == null
                ? command
                : command.append("collectionUUID", new BsonBinary(collection.uuid()));
    }
}
