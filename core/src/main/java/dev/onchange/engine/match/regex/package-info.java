/** Regular expressions: those whose meaning is the same in PCRE and here, and what tells them from the others. */
@NullMarked
package dev.onchange.engine.match.regex;

import org.jspecify.annotations.NullMarked;
