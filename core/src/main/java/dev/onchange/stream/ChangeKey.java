package dev.onchange.stream;

import java.util.Arrays;
import java.util.Objects;
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
    private final byte[] value;
    private final int hash;

    private ChangeKey(@Nullable String database, @Nullable String collection, byte[] value) {
        this.database = database;
        this.collection = collection;
        this.value = value;
        this.hash = 31 * (31 * Objects.hashCode(database) + Objects.hashCode(collection)) + Arrays.hashCode(value);
    }

    static ChangeKey of(@Nullable String database, @Nullable String collection, byte[] bytes, int keyAt) {
        Elements fields = new Elements(bytes, keyAt);
        while (fields.next()) {
            if (fields.named(ID)) {
                return new ChangeKey(database, collection, Arrays.copyOfRange(bytes, fields.start(), fields.end()));
            }
        }
        int end = keyAt + Elements.int32(bytes, keyAt);
        return new ChangeKey(database, collection, Arrays.copyOfRange(bytes, keyAt, end));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChangeKey key
                && hash == key.hash
                && Arrays.equals(value, key.value)
                && Objects.equals(collection, key.collection)
                && Objects.equals(database, key.database);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
