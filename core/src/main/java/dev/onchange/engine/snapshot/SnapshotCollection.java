package dev.onchange.engine.snapshot;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A collection whose documents are read.
 *
 * @param uuid its identity, which a later collection of the name does not have; null if the account may not know it
 */
public record SnapshotCollection(
        String database, String name, @Nullable UUID uuid) {

    /** Database and name. */
    public String fullName() {
        return database + "." + name;
    }
}
