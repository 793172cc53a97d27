package dev.onchange.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one plug-in, as users read it in {@link ListenersStatus#plugins}.
 *
 * @param name of its jar, without the ending
 * @param phase where it stands
 * @param handlerIds its handlers that take part; none if it was refused
 * @param refusal why it, or the version that was to replace it, was refused; null if none was
 */
public record PluginStatus(
        String name,
        Phase phase,
        List<String> handlerIds,
        @Nullable Throwable refusal) {

    /** The phases of a plug-in. */
    public enum Phase {
        /** Its handlers take part. */
        ACTIVE,
        /** A newer version was refused, and the one before goes on. */
        OUTDATED,
        /** It takes no part. */
        REFUSED
    }

    public PluginStatus {
        handlerIds = List.copyOf(handlerIds);
    }
}
