/** Finds a {@code mongod} on this machine, or downloads one. */
@NullMarked
package dev.onchange.localmongo.binary;

import org.jspecify.annotations.NullMarked;
