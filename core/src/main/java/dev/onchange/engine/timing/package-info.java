/** Clock, random numbers and schedulers, which come in from outside, and how long to back off. */
@NullMarked
package dev.onchange.engine.timing;

import org.jspecify.annotations.NullMarked;
