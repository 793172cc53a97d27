/** Calls a handler: arguments, the call itself, and what it returns. */
@NullMarked
package dev.onchange.engine.invoke;

import org.jspecify.annotations.NullMarked;
