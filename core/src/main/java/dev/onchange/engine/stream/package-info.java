/**
 * Takes a {@link dev.onchange.engine.plan.StreamPlan} and a start; opens, resumes and reopens its change stream, tracks
 * how far it has been read, and emits raw changes to {@code engine.lookup}.
 */
@NullMarked
package dev.onchange.engine.stream;

import org.jspecify.annotations.NullMarked;
