package dev.onchange.status;

import org.jspecify.annotations.Nullable;

/**
 * Whether positions are being saved, as users read it in {@link ListenersStatus#positions}.
 *
 * @param phase where it stands
 * @param reason why positions are not saved; null if they are
 */
public record PositionsStatus(Phase phase, @Nullable Throwable reason) {

    /** Whether positions are saved. */
    public enum Phase {
        /** They are. */
        SAVED,
        /** The last save failed; it is tried again until it succeeds. */
        FAILING
    }
}
