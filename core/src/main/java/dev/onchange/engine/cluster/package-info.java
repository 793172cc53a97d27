/**
 * Which instance of an application owns which handlers: membership, leader, assignment and the hand-over of units. A state
 * machine over the few operations of {@link dev.onchange.engine.cluster.ClusterStore}; start at
 * {@link dev.onchange.engine.cluster.ClusterMember}.
 */
@NullMarked
package dev.onchange.engine.cluster;

import org.jspecify.annotations.NullMarked;
