/** Writes the index and the code that calls handlers. */
@NullMarked
package dev.onchange.processor.generate;

import org.jspecify.annotations.NullMarked;
