package dev.onchange.engine.scan;

import java.time.Duration;

/**
 * How many changes one call of a handler gets.
 *
 * @param size the most; at least 1
 * @param linger how long the first waits for more
 */
public record BatchOptions(int size, Duration linger) {}
