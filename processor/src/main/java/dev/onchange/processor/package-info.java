/**
 * Reports the problems of {@code @OnChange} methods to javac, and writes the index and the classes that call handlers.
 */
@NullMarked
package dev.onchange.processor;

import org.jspecify.annotations.NullMarked;
