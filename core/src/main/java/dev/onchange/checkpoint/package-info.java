/**
 * Positions of handlers and where they are stored. Users implement or choose a
 * {@link dev.onchange.checkpoint.CheckpointStore}; {@link dev.onchange.checkpoint.MongoCheckpointStore} is the usual one, in
 * which handlers that advance together share a document.
 */
@NullMarked
package dev.onchange.checkpoint;

import org.jspecify.annotations.NullMarked;
