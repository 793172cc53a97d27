package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.DocumentId;

/**
 * How far the snapshot of one collection has come.
 *
 * @param settled how many documents were read and settled
 * @param estimated how many documents the collection held when the snapshot began, as far as the server knew
 */
public record CollectionProgress(
        SnapshotCollection collection, SnapshotProgress<DocumentId> progress, long settled, long estimated) {

    /** Whether nothing was read of it. */
    public boolean untouched() {
        return settled == 0 && progress.segments().isEmpty() && progress.known().upTo() == null;
    }
}
