package dev.onchange.engine.scan;

import java.time.Duration;

/**
 * That the newest of the changes of a document takes the place of older ones.
 *
 * @param quiet for how long a document must have had no newer change; zero for no wait
 */
public record CoalesceOptions(Duration quiet) {}
