package dev.onchange.engine.dispatch;

import dev.onchange.Ordering;
import dev.onchange.engine.bson.ChangeKey;
import java.util.ArrayList;
import java.util.List;

/** The lanes of a handler, and which of them works off a delivery. Guarded by the handler's {@link DeliveryQueue}. */
final class LaneChoice {

    private final Ordering ordering;
    private final List<Lane> lanes = new ArrayList<>();

    LaneChoice(Ordering ordering, int concurrency) {
        this.ordering = ordering;
        lanes.add(new Lane());
        int count = ordering == Ordering.STREAM ? 1 : concurrency;
        while (lanes.size() < count) {
            lanes.add(ordering == Ordering.NONE ? new Lane(lanes.get(0)) : new Lane());
        }
    }

    List<Lane> all() {
        return lanes;
    }

    /** The lane of a delivery's document, or any without order. */
    Lane of(Delivery delivery) {
        if (lanes.size() == 1) {
            return lanes.get(0);
        }
        if (ordering == Ordering.NONE) {
            return free();
        }
        ChangeKey key = delivery.key();
        return lanes.get(key == null ? 0 : Math.floorMod(key.hashCode(), lanes.size()));
    }

    /** One that goes on with a delivery which has left its lane. */
    Lane again(Lane before) {
        return ordering == Ordering.NONE ? free() : before;
    }

    private Lane free() {
        for (Lane lane : lanes) {
            if (!lane.active) {
                return lane;
            }
        }
        return lanes.get(0);
    }
}
