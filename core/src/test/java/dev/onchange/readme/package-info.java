/** The Java of the README, compiled and run. */
@NullMarked
package dev.onchange.readme;

import org.jspecify.annotations.NullMarked;
