/** Real listeners, measured and traced. */
@NullMarked
package dev.onchange.micrometer;

import org.jspecify.annotations.NullMarked;
