package dev.onchange.engine.cluster;

import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** A write of one unit, done only if the unit is as expected. */
public sealed interface UnitWrite {

    /** Which unit. */
    String unit();

    /** Adds a unit that does not exist, with its first term. */
    record Create(String unit, ObjectId owner) implements UnitWrite {}

    /**
     * Gives a unit with this owner and term to another member, with the next term.
     *
     * @param move whether the owner could have kept it: it rests for a while after that
     */
    record Transfer(String unit, ObjectId from, long term, ObjectId to, boolean move) implements UnitWrite {}

    /** Asks the owner to give the unit away; with null, to keep it. */
    record Propose(
            String unit,
            ObjectId owner,
            long term,
            @Nullable ObjectId next) implements UnitWrite {}

    /** The owner has begun to listen. */
    record Ready(String unit, ObjectId owner, long term) implements UnitWrite {}
}
