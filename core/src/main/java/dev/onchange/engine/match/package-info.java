/** MongoDB query filters over change events: parsed once, evaluated on raw BSON, answered exactly as the server would. */
@NullMarked
package dev.onchange.engine.match;

import org.jspecify.annotations.NullMarked;
