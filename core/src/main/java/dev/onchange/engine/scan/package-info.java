/**
 * Finds annotated methods and registered functions, and turns each into a {@link dev.onchange.engine.scan.HandlerSpec}
 * or a problem that says where it is and what to do; the handlers go to {@code engine.plan}.
 */
@NullMarked
package dev.onchange.engine.scan;

import org.jspecify.annotations.NullMarked;
