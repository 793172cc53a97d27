/** What javac says about sources with and without mistakes. */
@NullMarked
package dev.onchange.processor;

import org.jspecify.annotations.NullMarked;
