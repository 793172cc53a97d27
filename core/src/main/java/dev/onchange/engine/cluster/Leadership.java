package dev.onchange.engine.cluster;

import org.bson.types.ObjectId;

/**
 * Who assigns the units.
 *
 * @param owner the leader
 * @param revision grows when members or units have changed
 */
public record Leadership(ObjectId owner, long revision) {}
