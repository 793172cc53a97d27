/** The README and the reference pages: their Java is compiled and run, their links are followed. */
@NullMarked
package dev.onchange.readme;

import org.jspecify.annotations.NullMarked;
