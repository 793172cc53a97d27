/** Dead letters as users see them, and where they are kept. */
@NullMarked
package dev.onchange.deadletter;

import org.jspecify.annotations.NullMarked;
