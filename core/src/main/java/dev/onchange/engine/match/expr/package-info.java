/** {@code $expr}: aggregation expressions over a raw event. */
@NullMarked
package dev.onchange.engine.match.expr;

import org.jspecify.annotations.NullMarked;
