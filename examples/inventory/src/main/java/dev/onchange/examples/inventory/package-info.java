/** A small shop whose handlers react to its inventory. */
@NullMarked
package dev.onchange.examples.inventory;

import org.jspecify.annotations.NullMarked;
