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
 * Identifies the document that a change is about: equal for changes of the same document.
 *
 * <p>It is compared by its {@code _id} alone where the key has one, for the rest of a sharded collection's key may
 * change while the document lives; and numbers by their value, for a replacement may turn {@code _id: 1} into
 * {@code _id: 1.0} (seen on 6.0).
 */
public final class ChangeKey {

    private static final byte[] ID = {'_', 'i', 'd'};

    private final @Nullable String database;
    private final @Nullable String collection;
    private final boolean byId;
    private final byte[] value;
    private final @Nullable BsonNumber number;
    private final int hash;

    private ChangeKey(@Nullable String database, @Nullable String collection, byte[] value, @Nullable Elements id) {
        this.database = database;
        this.collection = collection;
        this.byId = id != null;
        this.value = value;
        this.number = id == null ? null : BsonNumber.of(id);
        this.hash = hash(database, collection, number == null ? hash(value, 0, value.length) : number.hashCode());
    }

    static ChangeKey of(@Nullable String database, @Nullable String collection, byte[] bytes, int keyAt) {
        Elements id = id(bytes, keyAt);
        byte[] value = id == null
                ? Arrays.copyOfRange(bytes, keyAt, keyAt + Elements.int32(bytes, keyAt))
                : Arrays.copyOfRange(bytes, id.start(), id.end());
        return new ChangeKey(database, collection, value, id);
    }

    /** The hash code of the key, without making one. */
    static int hash(@Nullable String database, @Nullable String collection, byte[] bytes, int keyAt) {
        Elements id = id(bytes, keyAt);
        if (id == null) {
            return hash(database, collection, hash(bytes, keyAt, keyAt + Elements.int32(bytes, keyAt)));
        }
        BsonNumber number = BsonNumber.of(id);
        return hash(database, collection, number == null ? hash(bytes, id.start(), id.end()) : number.hashCode());
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

    private static @Nullable Elements id(byte[] bytes, int keyAt) {
        Elements fields = new Elements(bytes, keyAt);
        while (fields.next()) {
            if (fields.named(ID)) {
                return fields;
            }
        }
        return null;
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    private static int hash(@Nullable String database, @Nullable String collection, int value) {
        int hash = 31 * (31 * Objects.hashCode(database) + Objects.hashCode(collection)) + value;
        // What counts up, as ObjectIds do, differs in the lowest bits alone: the others get their share.
        return hash ^ hash >>> 16;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeKey key
                && hash == key.hash
                && byId == key.byId
                && (number == null ? key.number == null && Arrays.equals(value, key.value) : number.equals(key.number))
                && Objects.equals(collection, key.collection)
                && Objects.equals(database, key.database);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
