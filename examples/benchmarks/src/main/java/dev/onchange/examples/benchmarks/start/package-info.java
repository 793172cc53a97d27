/** How long it takes to find a thousand handlers, to compile them, and to call one. */
@NullMarked
package dev.onchange.examples.benchmarks.start;

import org.jspecify.annotations.NullMarked;
