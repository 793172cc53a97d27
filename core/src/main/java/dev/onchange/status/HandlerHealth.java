package dev.onchange.status;

import java.util.List;

/**
 * The health of one handler, by its phase and by the limits that were set with {@code HealthLimits}.
 *
 * @param level how bad it is
 * @param reasons one sentence each; empty if it is well
 */
public record HandlerHealth(Level level, List<String> reasons) {

    /** Nothing is wrong. */
    public static final HandlerHealth WELL = new HandlerHealth(Level.UP, List.of());

    public HandlerHealth {
        reasons = List.copyOf(reasons);
    }

    /** From good to bad. */
    public enum Level {
        /** It works. */
        UP,
        /** It works, and is beyond a limit. */
        DEGRADED,
        /** It does not work, or is far beyond a limit. */
        DOWN
    }
}
