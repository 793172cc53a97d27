/**
 * Parses MongoDB query filters over change events once, for {@code engine.plan}, which has the server test them where
 * it can, and evaluates the rest on raw BSON for {@code engine.dispatch}, exactly as the server would.
 */
@NullMarked
package dev.onchange.engine.match;

import org.jspecify.annotations.NullMarked;
