package dev.onchange.engine.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * The documents that the handler may have been given before this snapshot, or this part of it: it must be told at least
 * when one of them is deleted, for such a document is not read again.
 *
 * @param listening whether the handler has been listening: all are known, and it is told of every change
 * @param all whether these are all documents
 * @param upTo else those up to this key; null if none
 */
public record KnownDocuments<K extends Comparable<K>>(
        boolean listening, boolean all, @Nullable K upTo) {

    /** The handler begins. */
    public static <K extends Comparable<K>> KnownDocuments<K> none() {
        return new KnownDocuments<>(false, false, null);
    }

    /** The handler has been listening. */
    public static <K extends Comparable<K>> KnownDocuments<K> ofListening() {
        return new KnownDocuments<>(true, true, null);
    }

    /** The handler has been listening, and missed changes: it is told of the later ones that no document contains. */
    public static <K extends Comparable<K>> KnownDocuments<K> ofOneThatMissedChanges() {
        return new KnownDocuments<>(false, true, null);
    }

    boolean contains(K key) {
        return all || upTo != null && key.compareTo(upTo) <= 0;
    }

    /** Whether some of the documents behind that key are known; of all documents if it is null. */
    boolean someBehind(@Nullable K key) {
        return all || upTo != null && (key == null || key.compareTo(upTo) < 0);
    }

    /** These and those up to a key; all if it is null. */
    KnownDocuments<K> andUpTo(@Nullable K key) {
        if (all || key != null && contains(key)) {
            return this;
        }
        return new KnownDocuments<>(listening, key == null, key);
    }
}
