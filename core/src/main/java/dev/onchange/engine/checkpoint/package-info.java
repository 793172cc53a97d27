/** Saves positions: which, when, and what becomes of a save that fails. */
@NullMarked
package dev.onchange.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
