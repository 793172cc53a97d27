/** A program that has nothing but what the core cannot do without. */
@NullMarked
package dev.onchange.inject.bare;

import org.jspecify.annotations.NullMarked;
