package dev.onchange.engine.cluster;

import java.time.Duration;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * What one member owns at a time: a handler, or a partition of one.
 *
 * @param id of the unit
 * @param owner whose it is, alive or dead
 * @param term grows with each change of the owner
 * @param next to whom the owner is to give it; null if it is to keep it
 * @param ready whether the owner has begun to listen
 * @param rested since it was moved from a member that could have kept it, at the time of reading; very long if it never was
 */
public record Unit(
        String id, ObjectId owner, long term, @Nullable ObjectId next, boolean ready, Duration rested) {}
