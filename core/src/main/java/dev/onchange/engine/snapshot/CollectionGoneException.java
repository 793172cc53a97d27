package dev.onchange.engine.snapshot;

/** The collection was dropped or renamed, and another one may have its name. */
public final class CollectionGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CollectionGoneException(SnapshotCollection collection, Throwable cause) {
        super(collection.fullName() + " is another collection by now, or none", cause);
    }
}
