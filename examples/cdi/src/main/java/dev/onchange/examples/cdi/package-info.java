/** A shop on CDI: a bean reorders what runs low. */
@NullMarked
package dev.onchange.examples.cdi;

import org.jspecify.annotations.NullMarked;
