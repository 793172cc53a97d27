/** A plug-in that prices orders. */
@NullMarked
package dev.onchange.examples.plugins.pricing;

import org.jspecify.annotations.NullMarked;
