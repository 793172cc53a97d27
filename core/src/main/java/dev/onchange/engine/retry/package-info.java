/** Decides what follows a failure: another attempt, a dead letter, a stop. */
@NullMarked
package dev.onchange.engine.retry;

import org.jspecify.annotations.NullMarked;
