/** What parsing a filter needs: its elements, the place of each, and refusals. */
@NullMarked
package dev.onchange.engine.match.syntax;

import org.jspecify.annotations.NullMarked;
