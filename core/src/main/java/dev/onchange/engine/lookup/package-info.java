/** Reads the current documents of updates, one query a batch and collection, for handlers that ask for them. */
@NullMarked
package dev.onchange.engine.lookup;

import org.jspecify.annotations.NullMarked;
