/** Finds annotated methods and turns each into a {@link dev.onchange.scan.HandlerSpec} or a problem that says what is wrong, where, and what to do. */
@NullMarked
package dev.onchange.scan;

import org.jspecify.annotations.NullMarked;
