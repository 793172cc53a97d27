/** Prints what was measured, keeps it as files, and draws it. */
@NullMarked
package dev.onchange.examples.benchmarks.report;

import org.jspecify.annotations.NullMarked;
