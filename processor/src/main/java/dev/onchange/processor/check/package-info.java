/** What the compiler reports: one small class for each thing that must be so, all of them listed in {@link dev.onchange.processor.check.Checks}. */
@NullMarked
package dev.onchange.processor.check;

import org.jspecify.annotations.NullMarked;
