/** Runs the same work by several contenders, in turn, each in a JVM of its own, and measures it. */
@NullMarked
package dev.onchange.examples.benchmarks.run;

import org.jspecify.annotations.NullMarked;
