package dev.onchange.testing;

import com.mongodb.MongoNamespace;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.conversions.Bson;

/**
 * A change event made by hand, of the shape in which the server sends it, for {@link HandlerHarness}. Immutable.
 *
 * <p>What is not said is what a server 6.0 would fill in: a token, a time. Any further field can be {@linkplain #with
 * set}.
 */
public final class TestChange {

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
    private static final CodecRegistry CODECS = Ground.codecs();

    private final BsonDocument event;

    private TestChange(BsonDocument event) {
        this.event = event;
    }

    /** A whole event as it is, for example one that was recorded or has been through a pipeline. */
    public static TestChange of(Bson event) {
        return new TestChange(bson(event));
    }

    /**
     * An inserted document.
     *
     * @param document with its {@code _id}
     */
    public static TestChange insert(String namespace, Bson document) {
        return keyed("insert", namespace, id(document)).fullDocument(document);
    }

    /**
     * A document in place of another.
     *
     * @param document with its {@code _id}
     */
    public static TestChange replace(String namespace, Bson document) {
        return keyed("replace", namespace, id(document)).fullDocument(document);
    }

    /**
     * An update of some fields.
     *
     * @param key the document's {@code _id}, as a document: <code>{_id: …}</code>
     * @param updatedFields a nested one stands under its dotted path
     */
    public static TestChange update(String namespace, Bson key, Bson updatedFields, String... removedFields) {
        BsonArray removed = new BsonArray(
                List.of(removedFields).stream().map(BsonString::new).toList());
        return keyed("update", namespace, bson(key))
                .with(
                        "updateDescription",
                        new BsonDocument("updatedFields", bson(updatedFields))
                                .append("removedFields", removed)
                                .append("truncatedArrays", new BsonArray()));
    }

    /**
     * A deleted document.
     *
     * @param key the document's {@code _id}, as a document: <code>{_id: …}</code>
     */
    public static TestChange delete(String namespace, Bson key) {
        return keyed("delete", namespace, bson(key));
    }

    /** An operation on a whole collection or database: {@code drop}, {@code dropDatabase}, … */
    public static TestChange operation(String operation, String namespace) {
        MongoNamespace names = namespace.contains(".") ? new MongoNamespace(namespace) : null;
        BsonDocument ns = names == null
                ? new BsonDocument("db", new BsonString(namespace))
                : new BsonDocument("db", new BsonString(names.getDatabaseName()))
                        .append("coll", new BsonString(names.getCollectionName()));
        return new TestChange(new BsonDocument(
                                "_id", new BsonDocument("_data", new BsonString("8200000001000000012B0229296E04")))
                        .append("operationType", new BsonString(operation))
                        .append("clusterTime", new BsonTimestamp(1, 1))
                        .append("wallTime", new BsonDateTime(1_000)))
                .with("ns", ns);
    }

    /** The same with the document after the change, which an update has only if it is looked up. */
    public TestChange fullDocument(Bson document) {
        return with("fullDocument", document);
    }

    /** The same with the document before the change. */
    public TestChange fullDocumentBeforeChange(Bson document) {
        return with("fullDocumentBeforeChange", document);
    }

    /** The same with another value of a field of the event. */
    public TestChange with(String field, Bson value) {
        return new TestChange(event.clone().append(field, bson(value)));
    }

    RawBsonDocument raw() {
        return new RawBsonDocument(event, CODEC);
    }

    private static TestChange keyed(String operation, String namespace, BsonDocument key) {
        return operation(operation, namespace).with("documentKey", key);
    }

    private static BsonDocument id(Bson document) {
        BsonDocument written = bson(document);
        if (!written.containsKey("_id")) {
            throw new IllegalArgumentException("The document has no _id: " + written);
        }
        return new BsonDocument("_id", written.get("_id"));
    }

    private static BsonDocument bson(Bson document) {
        return document.toBsonDocument(BsonDocument.class, CODECS);
    }

    @Override
    public String toString() {
        return event.toString();
    }
}
