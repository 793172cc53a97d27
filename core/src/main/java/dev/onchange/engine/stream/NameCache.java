package dev.onchange.engine.stream;

import dev.onchange.engine.bson.ElementReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Caches the few names of operations, databases and collections, so that an event makes no new String for them.
 * For one thread at a time.
 */
final class NameCache {

    private static final int SLOTS = 1024;
    private static final byte[] DB = {'d', 'b'};
    private static final byte[] COLL = {'c', 'o', 'l', 'l'};

    private final byte[] @Nullable [] bytesOf = new byte[SLOTS][];
    private final String[] names = new String[SLOTS];
    private final FieldLayout layout = new FieldLayout();
    private byte[] lastNamespaceBytes = {};
    private Namespace lastNamespace = Namespace.NONE;

    /** What an event says of where it happened. */
    record Namespace(@Nullable String database, @Nullable String collection) {

        static final Namespace NONE = new Namespace(null, null);
    }

    /** Of the last event. */
    FieldLayout layout() {
        return layout;
    }

    /** The value of {@code ns} that begins at {@code at}; mostly that of the event before. */
    Namespace namespace(byte[] bytes, int at) {
        int to = at + ElementReader.int32(bytes, at);
        if (!Arrays.equals(lastNamespaceBytes, 0, lastNamespaceBytes.length, bytes, at, to)) {
            lastNamespace = new Namespace(string(bytes, at, DB), string(bytes, at, COLL));
            lastNamespaceBytes = Arrays.copyOfRange(bytes, at, to);
        }
        return lastNamespace;
    }

    private @Nullable String string(byte[] bytes, int documentAt, byte[] name) {
        ElementReader fields = new ElementReader(bytes, documentAt);
        return fields.find(name, ElementReader.STRING) ? at(bytes, fields.valueAt()) : null;
    }

    /** The BSON string whose value begins at {@code at}. */
    String at(byte[] bytes, int at) {
        int from = at + 4;
        int to = from + ElementReader.int32(bytes, at) - 1;
        int slot = slot(bytes, from, to);
        byte[] known = bytesOf[slot];
        if (known == null || !Arrays.equals(known, 0, known.length, bytes, from, to)) {
            bytesOf[slot] = Arrays.copyOfRange(bytes, from, to);
            names[slot] = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        return names[slot];
    }

    private static int slot(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
    }
}
