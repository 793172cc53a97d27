/**
 * Takes raw changes of {@code engine.stream}, reads the current documents of updates, one query a batch and collection,
 * for handlers that ask for them, and emits the changes with these, in order, to {@code engine.decode} and
 * {@code engine.dispatch}.
 */
@NullMarked
package dev.onchange.engine.lookup;

import org.jspecify.annotations.NullMarked;
