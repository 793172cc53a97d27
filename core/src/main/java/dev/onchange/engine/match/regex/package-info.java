/**
 * Regular expressions: translates patterns whose meaning is the same in PCRE and in Java, and leaves all other patterns
 * to the server.
 */
@NullMarked
package dev.onchange.engine.match.regex;

import org.jspecify.annotations.NullMarked;
