package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.RawChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a handler has come, while its queue takes deliveries and after it was closed. Guarded by the handler's
 * {@link DeliveryQueue}.
 */
final class HandlerPosition {

    private final UnsettledDeliveries unsettled;
    private List<Delivery> leftAtClose = List.of();
    private @Nullable LazyPosition beforeNewest;
    private boolean closed;
    private @Nullable Position closedAt;
    private @Nullable Position lastReported;
    private @Nullable Position horizon;

    HandlerPosition(UnsettledDeliveries unsettled) {
        this.unsettled = unsettled;
    }

    /** The newest change that the handler is given. */
    void offered(Delivery change) {
        beforeNewest = change.before();
    }

    boolean isClosed() {
        return closed;
    }

    /** @param idleAt the position if nothing is unsettled; null for the position that was reported last */
    void close(@Nullable Position idleAt) {
        if (!closed) {
            closed = true;
            closedAt = idleAt == null ? lastReported : idleAt;
            horizon = idleAt != null || beforeNewest == null ? idleAt : beforeNewest.position();
            leftAtClose = unsettled.all();
        }
    }

    /** The handler does not come further than to a delivery, which is about to be dropped with all after it. */
    void endBefore(Delivery bound) {
        Delivery change = unsettled.oldestChange(bound);
        closedAt = change == null ? closedAt : change.positionBefore();
    }

    /** How far the handler has come if the stream had come as far as {@code streamPosition} before this call. */
    @Nullable
    Position position(@Nullable Position streamPosition) {
        Delivery oldest = unsettled.oldestChange(unsettled.oldest());
        if (oldest != null) {
            return oldest.positionBefore();
        }
        if (!closed) {
            lastReported = streamPosition;
        }
        return closed ? closedAt : streamPosition;
    }

    /** What the handler has settled beyond the position at which the queue was closed; null if nothing is known. */
    @Nullable
    SettledAhead settledAhead(Position position, @Nullable SettledAhead before) {
        Position end = horizon;
        if (end == null) {
            // The handler was given no change.
            return before;
        }
        List<RawChange> open = leftAtClose.stream()
                .filter(delivery -> delivery.settledAs == null && delivery.isOfStream())
                .map(delivery -> delivery.change().raw())
                .toList();
        return SettledAhead.of(position, end, open, before);
    }
}
