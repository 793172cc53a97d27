/** A real replica set on this machine, started and ended by the tests and examples that use it. */
@NullMarked
package dev.onchange.localmongo;

import org.jspecify.annotations.NullMarked;
