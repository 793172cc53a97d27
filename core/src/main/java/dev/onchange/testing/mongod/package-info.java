/** Finds a {@code mongod} on this machine, or downloads one. */
@NullMarked
package dev.onchange.testing.mongod;

import org.jspecify.annotations.NullMarked;
