package dev.onchange.engine.bson;

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
 * change while the document lives; and as the server compares, for a replacement may turn {@code _id: 1} into
 * {@code _id: 1.0} (seen on 6.0).
 */
public final class ChangeKey {

    private final @Nullable String database;
    private final @Nullable String collection;
    private final boolean byId;
    private final DocumentId value;
    private final long hash;

    private ChangeKey(@Nullable String database, @Nullable String collection, boolean byId, DocumentId value) {
        this.database = database;
        this.collection = collection;
        this.byId = byId;
        this.value = value;
        this.hash = hash(database, collection, value.hash());
    }

    public static ChangeKey of(@Nullable String database, @Nullable String collection, byte[] bytes, int keyAt) {
        DocumentId id = DocumentId.copyOf(bytes, keyAt);
        return new ChangeKey(database, collection, id != null, id == null ? DocumentId.copyOfWhole(bytes, keyAt) : id);
    }

    /** The {@linkplain #hash() hash} of the key, without making one. */
    public static long hash(@Nullable String database, @Nullable String collection, byte[] bytes, int keyAt) {
        return hash(database, collection, DocumentId.hash(bytes, keyAt));
    }

    /** From the form in which {@link #toDocument} stores it. */
    public static ChangeKey of(BsonDocument stored) {
        RawBsonDocument raw =
                stored instanceof RawBsonDocument is ? is : new RawBsonDocument(stored, new BsonDocumentCodec());
        DocumentId id = DocumentId.copyOf(raw);
        DocumentId value =
                id == null ? DocumentId.ofStored(Objects.requireNonNull(raw.get("key"), "key")) : id.unpacked();
        return new ChangeKey(name(raw, "db"), name(raw, "coll"), id != null, value);
    }

    private static @Nullable String name(RawBsonDocument stored, String field) {
        return stored.get(field) instanceof BsonString name ? name.getValue() : null;
    }

    /**
     * The form in which it is stored: {@code db} and {@code coll} if known, and {@code _id}, or {@code key} without
     * one.
     */
    public BsonDocument toDocument() {
        BsonDocument stored = new BsonDocument();
        if (database != null) {
            stored.append("db", new BsonString(database));
        }
        if (collection != null) {
            stored.append("coll", new BsonString(collection));
        }
        return stored.append(byId ? "_id" : "key", value.stored());
    }

    /**
     * All 64 bits of the hash, equal for equal keys, and the same in every process and version: spread evenly, also
     * over the lowest bits.
     */
    public long hash() {
        return hash;
    }

    /** The same of the document of that {@code _id}. */
    public static long hash(@Nullable String database, @Nullable String collection, DocumentId id) {
        return hash(database, collection, id.hash());
    }

    private static long hash(@Nullable String database, @Nullable String collection, long value) {
        return Hash.and(31L * Objects.hashCode(database) + Objects.hashCode(collection), value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeKey key
                && hash == key.hash
                && byId == key.byId
                && value.equals(key.value)
                && Objects.equals(collection, key.collection)
                && Objects.equals(database, key.database);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }
}
