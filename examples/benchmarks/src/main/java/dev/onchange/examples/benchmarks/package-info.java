/** How fast it is: each class measures one claim, on a real server, beside others that do the same work. */
@NullMarked
package dev.onchange.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
