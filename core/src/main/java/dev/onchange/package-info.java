/** What users import: the annotations, {@link dev.onchange.ChangeListeners} that runs the handlers, and the change they receive. */
@NullMarked
package dev.onchange;

import org.jspecify.annotations.NullMarked;
