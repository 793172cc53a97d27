/** Metrics and traces by Micrometer, for those who have it. */
@NullMarked
package dev.onchange.micrometer;

import org.jspecify.annotations.NullMarked;
