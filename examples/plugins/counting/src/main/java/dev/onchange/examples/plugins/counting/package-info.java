/** A plug-in that counts orders. */
@NullMarked
package dev.onchange.examples.plugins.counting;

import org.jspecify.annotations.NullMarked;
