/** The elements of a filter that is being parsed, the place of each, and refusals. */
@NullMarked
package dev.onchange.engine.match.syntax;

import org.jspecify.annotations.NullMarked;
