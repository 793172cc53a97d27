/** Keeps the position of every handler. */
@NullMarked
package dev.onchange.checkpoint;

import org.jspecify.annotations.NullMarked;
