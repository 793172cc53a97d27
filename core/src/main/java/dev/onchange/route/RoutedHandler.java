package dev.onchange.route;

import dev.onchange.checkpoint.Position;
import dev.onchange.plan.PlannedHandler;
import org.jspecify.annotations.Nullable;

/**
 * A handler that takes part in a stream.
 *
 * @param planned what it wants
 * @param recipient who takes its deliveries
 * @param start changes up to it are not delivered; null if every change of the stream is
 */
public record RoutedHandler(
        PlannedHandler planned,
        Recipient recipient,
        @Nullable Position start) {

    /** The handler's id. */
    public String id() {
        return planned.spec().id();
    }
}
