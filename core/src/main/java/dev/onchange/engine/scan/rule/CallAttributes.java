package dev.onchange.engine.scan.rule;

/**
 * Whether and for how long a handler is called, as it is written.
 *
 * @param enabled {@code true} or {@code false}
 * @param paused {@code true} or {@code false}
 * @param timeout a duration; empty for that of the listeners
 */
public record CallAttributes(String enabled, String paused, String timeout) {

    /** What is so where nothing is said. */
    public static final CallAttributes DEFAULT = new CallAttributes("true", "false", "");
}
