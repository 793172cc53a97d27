/** A shop on Guice: a binding reorders what runs low. */
@NullMarked
package dev.onchange.examples.guice;

import org.jspecify.annotations.NullMarked;
