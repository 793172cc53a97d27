/** The one catalogue of what can be wrong: a code, what, where, why and what to do. */
@NullMarked
package dev.onchange.problem;

import org.jspecify.annotations.NullMarked;
