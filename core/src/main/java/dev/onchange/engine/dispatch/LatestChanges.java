package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.ChangeKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one handler that wait and that a newer one of their document may take the place of. The place in a lane's
 * queue stays that of the oldest, so that a document that changes all the time is handled too. Guarded by its handler's
 * {@link DeliveryQueue}.
 */
final class LatestChanges {

    /** After so many times the quiet that is wanted a document is handled although it is not quiet. */
    private static final int LONGEST_QUIETS = 10;

    private final long quietMillis;
    private final Clock clock;
    private final Map<ChangeKey, Delivery> places = new HashMap<>();
    private final Map<ChangeKey, Quiet> quiet = new LinkedHashMap<>();

    /**
     * A delivery that waits until its document is quiet.
     *
     * @param firstAt when the oldest came whose place it has, in milliseconds
     * @param dueAt until when it waits, in milliseconds
     */
    record Quiet(Delivery place, long firstAt, long dueAt) {}

    /** @param quiet for how long a document must have had no newer change; zero for no wait */
    LatestChanges(Duration quiet, Clock clock) {
        this.quietMillis = quiet.toMillis();
        this.clock = clock;
    }

    /**
     * Takes a delivery in.
     *
     * @param replaced is passed the delivery whose place it takes
     * @param ready is passed deliveries that are to be queued, in their order
     */
    void add(Delivery delivery, Consumer<Delivery> replaced, Consumer<Delivery> ready) {
        ChangeKey key = isReplaceable(delivery) ? delivery.key() : null;
        if (key == null) {
            ChangeKey failed = delivery.filterFailure() == null ? null : delivery.key();
            if (failed != null) {
                // What comes after it must not take a place before it.
                end(failed, ready);
            }
            ready.accept(delivery);
            return;
        }
        Delivery place = places.get(key);
        Delivery latest = place == null ? null : place.latest();
        if (place != null && latest != null && !isDelete(latest)) {
            place.successor = delivery;
            renew(key, delivery);
            replaced.accept(latest);
            return;
        }
        // Nothing takes the place of a delete, and what follows comes behind it.
        end(key, ready);
        places.put(key, delivery);
        if (quietMillis == 0 || delivery.isDocument()) {
            // A document of a snapshot has not just been changed.
            ready.accept(delivery);
        } else {
            quiet.put(key, new Quiet(delivery, delivery.receivedAt(), delivery.receivedAt() + quietMillis));
        }
    }

    /** Nothing takes the place any more of what there is of a document, which waits no longer. */
    private void end(ChangeKey key, Consumer<Delivery> ready) {
        places.remove(key);
        Quiet before = quiet.remove(key);
        if (before != null) {
            ready.accept(before.place());
        }
    }

    /** The wait begins anew, unless the document has been waiting for too long. */
    private void renew(ChangeKey key, Delivery delivery) {
        Quiet waiting = quiet.get(key);
        long dueAt = delivery.receivedAt() + quietMillis;
        if (waiting != null && dueAt <= waiting.firstAt() + LONGEST_QUIETS * quietMillis) {
            // Removed first: the order is that of the times until which they wait.
            quiet.remove(key);
            quiet.put(key, new Quiet(waiting.place(), waiting.firstAt(), dueAt));
        }
    }

    /** The handler begins with a delivery: none takes its place from now on. */
    void begun(Delivery delivery) {
        ChangeKey key = isReplaceable(delivery) ? delivery.key() : null;
        Delivery place = key == null ? null : places.get(key);
        if (place != null && place.latest() == delivery) {
            places.remove(key);
        }
    }

    /** What waits no longer, as the one that waited until a time does not. */
    List<Delivery> due(long until) {
        List<Delivery> due = new ArrayList<>();
        Iterator<Quiet> waiting = quiet.values().iterator();
        while (waiting.hasNext()) {
            Quiet next = waiting.next();
            if (next.dueAt() > until) {
                break;
            }
            waiting.remove();
            due.add(next.place());
        }
        return due;
    }

    /** The first that waits; null if none does. */
    @Nullable
    Quiet first() {
        return quiet.isEmpty() ? null : quiet.values().iterator().next();
    }

    /** When a delivery was handed over, or is to be, in milliseconds. */
    long handedOverAt(Delivery place) {
        if (quietMillis == 0 || place.isDocument() || !isReplaceable(place)) {
            return place.receivedAt();
        }
        return place.receivedAt()
                + Math.min(
                        place.latest().receivedAt() - place.receivedAt() + quietMillis, LONGEST_QUIETS * quietMillis);
    }

    /** How long it still waits. */
    Duration waitOf(Quiet waiting) {
        return Duration.ofMillis(Math.max(1, waiting.dueAt() - clock.millis()));
    }

    /** Nothing is taken in any more. */
    void clear() {
        quiet.clear();
        places.clear();
    }

    private static boolean isReplaceable(Delivery delivery) {
        return delivery.purpose() == null && delivery.filterFailure() == null && !delivery.isBarrier();
    }

    private static boolean isDelete(Delivery delivery) {
        return delivery.change().raw().operation().equals("delete");
    }
}
