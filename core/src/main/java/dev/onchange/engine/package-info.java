/** Starts the listeners and keeps them running: the way of a change is composed here. */
@NullMarked
package dev.onchange.engine;

import org.jspecify.annotations.NullMarked;
