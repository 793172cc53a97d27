package dev.onchange.engine.lookup;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes that have come and are not being looked up yet, in order. Used by one thread at a time. */
final class PendingQueue {

    private final LookUpLimits limits;
    private final Deque<PendingChange> arrivals = new ArrayDeque<>();
    private long bytes;

    PendingQueue(LookUpLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    boolean hasRoom() {
        return arrivals.size() < limits.changes() && bytes < limits.bytes();
    }

    void add(PendingChange pending) {
        arrivals.add(pending);
        bytes += pending.size();
    }

    void clear() {
        arrivals.clear();
        bytes = 0;
    }

    /** The first, if it needs no document; null if it does, or there is none. */
    @Nullable
    PendingChange pollPlain() {
        PendingChange first = arrivals.peek();
        return first == null || first.key() != null ? null : poll();
    }

    /** All, or as many as need so many documents. */
    List<PendingChange> poll(int documents) {
        List<PendingChange> polled = new ArrayList<>(arrivals.size());
        int needed = 0;
        for (PendingChange next = arrivals.peek(); next != null; next = arrivals.peek()) {
            needed += next.key() == null ? 0 : 1;
            if (needed > documents) {
                break;
            }
            polled.add(poll());
        }
        return polled;
    }

    private PendingChange poll() {
        PendingChange first = arrivals.remove();
        bytes -= first.size();
        return first;
    }
}
