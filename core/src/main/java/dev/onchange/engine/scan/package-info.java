/** Finds annotated methods and turns each into a {@link dev.onchange.engine.scan.HandlerSpec} or a problem that says what is wrong, where, and what to do. */
@NullMarked
package dev.onchange.engine.scan;

import org.jspecify.annotations.NullMarked;
