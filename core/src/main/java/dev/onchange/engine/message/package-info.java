/** The catalogue of texts that processor and start say, and how reasons are put into words. */
@NullMarked
package dev.onchange.engine.message;

import org.jspecify.annotations.NullMarked;
