package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.ChangeKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A queue that is worked off one delivery at a time. Guarded by its handler's {@link DeliveryQueue}. */
final class Lane {

    private final Deque<Delivery> inbox;
    private final Deque<Delivery> ready;
    private Delivery.@Nullable Stay stay;
    private final Map<ChangeKey, Deque<Delivery>> waitingKeys = new HashMap<>();

    /** Whether a thread works it off, or will when the delivery that occupies it ends. */
    boolean active;

    private @Nullable Thread worker;
    private boolean interrupted;

    Lane() {
        this.inbox = new ArrayDeque<>();
        this.ready = new ArrayDeque<>();
    }

    /** One that shares its queue with another, because there is no order. */
    Lane(Lane other) {
        this.inbox = other.inbox;
        this.ready = other.ready;
    }

    /** The present thread works it off from here on. */
    synchronized void enter() {
        worker = Thread.currentThread();
    }

    /** The present thread goes on to other work, which an interrupt did not mean. */
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

    /** The place that a delivery takes while this lane works on it. */
    Delivery.Stay stay(LaneRunner runner) {
        Delivery.Stay present = stay;
        if (present == null) {
            present = new Delivery.Stay(runner, this);
            stay = present;
        }
        return present;
    }

    void add(Delivery delivery) {
        inbox.add(delivery);
    }

    /** Puts one that occupied the lane before all others. */
    void addFirst(Delivery delivery) {
        ready.addFirst(delivery);
    }

    /** Puts one whose wait is over before those that never ran. */
    void addReady(Delivery delivery) {
        ready.add(delivery);
    }

    /** The next that may run; those whose key waits are put behind it. */
    @Nullable
    Delivery poll() {
        if (!ready.isEmpty()) {
            return ready.poll();
        }
        for (Delivery next = inbox.poll(); next != null; next = inbox.poll()) {
            Deque<Delivery> behind = waitingKeys.isEmpty() ? null : waitingKeys.get(next.key());
            if (behind == null) {
                return next;
            }
            behind.add(next);
        }
        return null;
    }

    /** From now on later deliveries of the same key wait for this one. */
    void holdKey(Delivery delivery) {
        ChangeKey key = delivery.key();
        if (key != null && !delivery.ownsKey) {
            delivery.ownsKey = true;
            waitingKeys.put(key, new ArrayDeque<>());
        }
    }

    /** Hands the key on to the next that waits for it. */
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

    /** Forgets all that is queued, except those that go on. */
    void retain(Predicate<Delivery> goesOn) {
        inbox.removeIf(goesOn.negate());
        ready.removeIf(goesOn.negate());
        waitingKeys.values().forEach(behind -> behind.removeIf(goesOn.negate()));
    }
}
