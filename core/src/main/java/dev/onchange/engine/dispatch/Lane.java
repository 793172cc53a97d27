package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.ChangeKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A queue that is worked off one delivery at a time. Guarded by its handler's {@link DeliveryQueue}. */
final class Lane {

    private final Deque<Delivery> inbox;
    private final Deque<Delivery> ready;
    private final Deque<Delivery> givenBack = new ArrayDeque<>(0);
    private Delivery.@Nullable Slot slot;
    private final Map<ChangeKey, Deque<Delivery>> waitingKeys = new HashMap<>();

    /** Whether a thread works it off, or will when the delivery that occupies it ends. */
    boolean active;

    /** The oldest delivery of its inbox at the time when it began to wait for more; null if it does not wait. */
    @Nullable
    Delivery lingering;

    /** Whether it waits for more no longer. */
    boolean due;

    /** The batch that occupies it until its outcome comes; null if none does. */
    @Nullable
    DeliveryBatch occupant;

    /** What occupies it until it is handed over once more; null if nothing waits so. */
    @Nullable
    List<Delivery> retrying;

    private @Nullable Thread worker;
    private boolean interrupted;

    Lane() {
        this.inbox = new ArrayDeque<>();
        this.ready = new ArrayDeque<>();
    }

    /** A lane that shares its queue with another lane, because there is no order. */
    Lane(Lane shared) {
        this.inbox = shared.inbox;
        this.ready = shared.ready;
    }

    /** The present thread works it off from here on. */
    synchronized void enter() {
        worker = Thread.currentThread();
    }

    /** The present thread leaves the lane: an interrupt that was meant for this lane must not reach its next work. */
    synchronized void leave() {
        if (worker == Thread.currentThread()) {
            worker = null;
            if (interrupted) {
                interrupted = false;
                Thread.interrupted();
            }
        }
    }

    /** The thread that works it off, within a call of the handler perhaps; null if none does. */
    synchronized @Nullable Thread worker() {
        return worker;
    }

    /** Interrupts the thread that works it off. */
    synchronized void interrupt() {
        if (worker != null) {
            interrupted = true;
            worker.interrupt();
        }
    }

    /** This lane, as its deliveries know it while they run in it. */
    Delivery.Slot slot(LaneRunner runner) {
        Delivery.Slot present = slot;
        if (present == null) {
            present = new Delivery.Slot(runner, this);
            slot = present;
        }
        return present;
    }

    void add(Delivery delivery) {
        inbox.add(delivery);
    }

    /** Puts a delivery that occupied the lane before all queued ones. */
    void addFirst(Delivery delivery) {
        ready.addFirst(delivery);
    }

    /** Puts a delivery whose wait is over before those that never ran. */
    void addReady(Delivery delivery) {
        ready.add(delivery);
    }

    /** The next delivery that may run; null if there is none. A delivery whose key waits is moved behind its key. */
    @Nullable
    Delivery poll() {
        if (!ready.isEmpty()) {
            return latest(ready.remove());
        }
        if (!givenBack.isEmpty() && skipWaiting(givenBack) != null) {
            return givenBack.poll();
        }
        for (Delivery next = inbox.poll(); next != null; next = inbox.poll()) {
            Deque<Delivery> behind = waitingKeys.isEmpty() ? null : waitingKeys.get(next.key());
            if (behind == null) {
                return latest(next);
            }
            behind.add(next);
        }
        return null;
    }

    /** What stands in the place of a delivery, with the key that it owns. */
    private static Delivery latest(Delivery place) {
        Delivery latest = place.latest();
        if (latest != place) {
            latest.ownsKey = place.ownsKey;
        }
        return latest;
    }

    /** The next delivery that may run, if it is of a kind; null if not, and then it stays. */
    @Nullable
    Delivery pollIf(Predicate<Delivery> wanted) {
        Deque<Delivery> from = !ready.isEmpty() ? ready : skipWaiting(givenBack) != null ? givenBack : inbox;
        Delivery next = from == inbox ? skipWaiting(inbox) : from.peek();
        return next != null && wanted.test(next.latest()) ? latest(from.remove()) : null;
    }

    /** The first delivery whose key does not wait; those before it are moved behind their keys. Null if there is none. */
    private @Nullable Delivery skipWaiting(Deque<Delivery> queue) {
        for (Delivery next = queue.peek(); next != null; next = queue.peek()) {
            Deque<Delivery> behind = waitingKeys.isEmpty() || next.ownsKey ? null : waitingKeys.get(next.key());
            if (behind == null) {
                return next;
            }
            behind.add(queue.remove());
        }
        return null;
    }

    /** Puts deliveries that have left it in a batch before those that never ran, in their order. */
    void giveBack(List<Delivery> deliveries) {
        for (int i = deliveries.size() - 1; i >= 0; i--) {
            givenBack.addFirst(deliveries.get(i));
        }
    }

    /** Whether it has deliveries that have waited long enough. */
    boolean isUrgent() {
        return due || !ready.isEmpty() || !givenBack.isEmpty();
    }

    boolean isEmpty() {
        return inbox.isEmpty() && ready.isEmpty() && givenBack.isEmpty();
    }

    int inboxSize() {
        return inbox.size();
    }

    /** Of those that never ran; null if there is none. */
    @Nullable
    Delivery oldestInInbox() {
        return inbox.peek();
    }

    /** From now on later deliveries of the same key wait for this one. */
    void holdKey(Delivery delivery) {
        ChangeKey key = delivery.key();
        if (key != null && !delivery.ownsKey) {
            delivery.ownsKey = true;
            waitingKeys.put(key, new ArrayDeque<>());
        }
    }

    /** Passes the key to the next delivery that waits for it. */
    void releaseKey(Delivery delivery) {
        ChangeKey key = delivery.key();
        if (key == null) {
            return;
        }
        delivery.ownsKey = false;
        Deque<Delivery> behind = waitingKeys.get(key);
        Delivery next = behind == null ? null : behind.poll();
        if (next == null) {
            waitingKeys.remove(key);
        } else {
            next.ownsKey = true;
            ready.add(next);
        }
    }

    /** Removes queued deliveries, except those that go on. */
    void retain(Predicate<Delivery> wanted) {
        Predicate<Delivery> goesOn = place -> wanted.test(place.latest());
        inbox.removeIf(goesOn.negate());
        ready.removeIf(goesOn.negate());
        givenBack.removeIf(goesOn.negate());
        waitingKeys.values().forEach(behind -> behind.removeIf(goesOn.negate()));
    }
}
