/**
 * Saves positions. {@link dev.onchange.engine.checkpoint.Checkpointer} decides when, and what becomes of a save that fails;
 * {@link dev.onchange.engine.checkpoint.DirtyPositions} which positions differ from the saved ones;
 * {@link dev.onchange.engine.checkpoint.IdleSkip} which saves may be skipped. A
 * {@link dev.onchange.checkpoint.CheckpointStore} keeps them.
 */
@NullMarked
package dev.onchange.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
