/** Reads from sources what the scan reads from classes: which methods are handlers, what they take, and what their annotations say. */
@NullMarked
package dev.onchange.processor.source;

import org.jspecify.annotations.NullMarked;
