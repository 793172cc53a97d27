package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.scan.Partition;
import org.jspecify.annotations.Nullable;

/**
 * What a dispatcher needs to let a handler take part in its stream.
 *
 * @param planned the changes that the handler wants
 * @param partition which of these
 * @param deliveryHandler takes its deliveries
 * @param start changes up to it are not delivered; null if every change of the stream is
 * @param ahead which changes after it are not delivered either; null if all are
 * @param snapshot the documents that it is given before their changes; null if none
 */
public record HandlerBinding(
        PlannedHandler planned,
        Partition partition,
        DeliveryHandler deliveryHandler,
        @Nullable Position start,
        @Nullable SettledAhead ahead,
        @Nullable HandlerSnapshot snapshot) {

    /** A handler that is not divided, and has settled nothing beyond its start. */
    public HandlerBinding(PlannedHandler planned, DeliveryHandler deliveryHandler, @Nullable Position start) {
        this(planned, new Partition(planned.spec().id(), 0, 1), deliveryHandler, start, null, null);
    }

    /** The id of the handler, or of its partition. */
    public String id() {
        return partition.id();
    }
}
