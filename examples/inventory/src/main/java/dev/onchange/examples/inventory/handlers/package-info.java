/** The shop's handlers: what one writes to listen to changes. */
@NullMarked
package dev.onchange.examples.inventory.handlers;

import org.jspecify.annotations.NullMarked;
