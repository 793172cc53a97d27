package dev.onchange.engine.scan;

import dev.onchange.Recoverer;
import org.jspecify.annotations.Nullable;

/**
 * Who answers when a handler's attempts are exhausted.
 *
 * @param type the class of which the container supplies the answering object; null for none
 * @param recoverer the object itself; null for none
 */
public record RecoveryOptions(
        @Nullable Class<? extends Recoverer> type, @Nullable Recoverer recoverer) {

    /** What is so where nothing is said: what the listeners say. */
    public static final RecoveryOptions DEFAULT = new RecoveryOptions(null, null);
}
