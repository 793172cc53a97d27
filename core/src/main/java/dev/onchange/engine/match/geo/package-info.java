/** Shapes in filters: refuses those that the server refuses; what lies in them, the server tells. */
@NullMarked
package dev.onchange.engine.match.geo;

import org.jspecify.annotations.NullMarked;
