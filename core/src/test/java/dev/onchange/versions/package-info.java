/** Runs with the oldest libraries that are supported. */
@NullMarked
package dev.onchange.versions;

import org.jspecify.annotations.NullMarked;
