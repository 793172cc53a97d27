/**
 * Shapes in filters: refuses the shapes that the server refuses, so that they are errors of the compiler or of the
 * start and end no shared stream; which points lie in a shape only the server tells.
 */
@NullMarked
package dev.onchange.engine.match.geo;

import org.jspecify.annotations.NullMarked;
