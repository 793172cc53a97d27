package dev.onchange.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the document that a change is about: equal for changes of the same document. It is compared by its
 * {@code _id} alone where the key has one, for the rest of a sharded collection's key may change while the document
 * lives.
 */
public final class ChangeKey {

    private static final byte[] ID = {'_', 'i', 'd'};

    private final @Nullable String database;
    private final @Nullable String collection;
    private final boolean byId;
    private final byte[] value;
    private final int hash;

    private ChangeKey(@Nullable String database, @Nullable String collection, boolean byId, byte[] value) {
        this.database = database;
        this.collection = collection;
        this.byId = byId;
        this.value = value;
        this.hash = 31 * (31 * Objects.hashCode(database) + Objects.hashCode(collection)) + Arrays.hashCode(value);
    }

    static ChangeKey of(@Nullable String database, @Nullable String collection, byte[] bytes, int keyAt) {
        Elements fields = new Elements(bytes, keyAt);
        while (fields.next()) {
            if (fields.named(ID)) {
                return new ChangeKey(
                        database, collection, true, Arrays.copyOfRange(bytes, fields.start(), fields.end()));
            }
        }
        int end = keyAt + Elements.int32(bytes, keyAt);
        return new ChangeKey(database, collection, false, Arrays.copyOfRange(bytes, keyAt, end));
    }

    /** From the form in which {@link #toDocument} stores it. */
    public static ChangeKey of(BsonDocument stored) {
        BsonDocument key =
                stored.containsKey("_id") ? new BsonDocument("_id", stored.get("_id")) : stored.getDocument("key");
        byte[] bytes = new RawBsonDocument(key, new BsonDocumentCodec()).getBackingArray();
        return of(name(stored, "db"), name(stored, "coll"), bytes, 0);
    }

    private static @Nullable String name(BsonDocument stored, String field) {
        return stored.containsKey(field) ? stored.getString(field).getValue() : null;
    }

    /** The form in which it can be stored: {@code db} and {@code coll} if known, and {@code _id}, or {@code key} without one. */
    public BsonDocument toDocument() {
        BsonDocument stored = new BsonDocument();
        if (database != null) {
            stored.append("db", new BsonString(database));
        }
        if (collection != null) {
            stored.append("coll", new BsonString(collection));
        }
        if (!byId) {
            return stored.append("key", new RawBsonDocument(value));
        }
        byte[] id = ByteBuffer.allocate(value.length + 5)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value.length + 5)
                .put(value)
                .array();
        return stored.append("_id", new RawBsonDocument(id).get("_id"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeKey key
                && hash == key.hash
                && byId == key.byId
                && Arrays.equals(value, key.value)
                && Objects.equals(collection, key.collection)
                && Objects.equals(database, key.database);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
