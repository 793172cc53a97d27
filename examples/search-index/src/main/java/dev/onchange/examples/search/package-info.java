/** A search index that equals a collection, although the process that keeps it is killed again and again. */
@NullMarked
package dev.onchange.examples.search;

import org.jspecify.annotations.NullMarked;
