/** Tells javac what is wrong with {@code @OnChange} methods. */
@NullMarked
package dev.onchange.processor;

import org.jspecify.annotations.NullMarked;
