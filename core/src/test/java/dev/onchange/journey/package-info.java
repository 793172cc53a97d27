/** What users are promised, seen from outside: through the builder, against a real server. */
@NullMarked
package dev.onchange.journey;

import org.jspecify.annotations.NullMarked;
