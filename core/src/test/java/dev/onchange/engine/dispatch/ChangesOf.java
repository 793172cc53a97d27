package dev.onchange.engine.dispatch;

import dev.onchange.engine.stream.RawChange;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Makes changes of one collection, in the shape in which a server sends them. */
public final class ChangesOf {

    private final String database;
    private final String collection;

    public ChangesOf(String database, String collection) {
        this.database = database;
        this.collection = collection;
    }

    /** An insert; its token and time follow from {@code sequence}. */
    public RawChange insert(int sequence, int id) {
        return insert(sequence, new BsonDocument("_id", new BsonInt32(id)));
    }

    public RawChange insert(int sequence, BsonDocument document) {
        return raw(event("insert", sequence)
                .append("fullDocument", document)
                .append("documentKey", new BsonDocument("_id", document.get("_id"))));
    }

    /** An update that does not bring the document. */
    public RawChange update(int sequence, int id) {
        return raw(event("update", sequence)
                .append("documentKey", new BsonDocument("_id", new BsonInt32(id)))
                .append("updateDescription", new BsonDocument("updatedFields", new BsonDocument())));
    }

    public RawChange drop(int sequence) {
        return raw(event("drop", sequence));
    }

    public RawChange of(String operation, int sequence, String field, BsonValue value) {
        return raw(event(operation, sequence).append(field, value));
    }

    private BsonDocument event(String operation, int sequence) {
        return new BsonDocument("_id", token(sequence))
                .append("operationType", new BsonString(operation))
                .append("clusterTime", time(sequence))
                .append(
                        "ns",
                        new BsonDocument("db", new BsonString(database)).append("coll", new BsonString(collection)));
    }

    public static BsonTimestamp time(int sequence) {
        return new BsonTimestamp(1_700_000_000, sequence);
    }

    public static BsonDocument token(int sequence) {
        return new BsonDocument(
                "_data", new BsonString("82%016X2B".formatted(time(sequence).getValue())));
    }

    private static RawChange raw(BsonDocument event) {
        return new RawChange(new RawBsonDocument(event, new BsonDocumentCodec()), "test");
    }
}
