/** Stores changes that could not be handled, parks later changes of the same document behind them, and replays both. */
@NullMarked
package dev.onchange.engine.deadletter;

import org.jspecify.annotations.NullMarked;
