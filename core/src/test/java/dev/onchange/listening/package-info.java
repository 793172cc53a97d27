/** What users are promised, seen from outside: through the builder, against a real server. */
@NullMarked
package dev.onchange.listening;

import org.jspecify.annotations.NullMarked;
