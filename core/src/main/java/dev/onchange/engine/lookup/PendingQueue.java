package dev.onchange.engine.lookup;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes that have come and are not being looked up yet, in order. Used by one thread at a time. */
final class PendingQueue {

    private final LookUpLimits limits;
    private final Deque<PendingChange> changes = new ArrayDeque<>();
    private long bytes;

    PendingQueue(LookUpLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    boolean hasRoom() {
        return changes.size() < limits.changes() && bytes < limits.bytes();
    }

    void add(PendingChange pending) {
        changes.add(pending);
        bytes += pending.size();
    }

    void clear() {
        changes.clear();
        bytes = 0;
    }

    /** Takes out the first change if it needs no document; null if it needs one, or the queue is empty. */
    @Nullable
    PendingChange pollWithoutKey() {
        PendingChange first = changes.peek();
        return first == null || first.key() != null ? null : poll();
    }

    /** Takes out all changes, or the first ones that together need at most that many documents. */
    List<PendingChange> poll(int documents) {
        List<PendingChange> polled = new ArrayList<>(changes.size());
        int needed = 0;
        for (PendingChange next = changes.peek(); next != null; next = changes.peek()) {
            needed += next.key() == null ? 0 : 1;
            if (needed > documents) {
                break;
            }
            polled.add(poll());
        }
        return polled;
    }

    private PendingChange poll() {
        PendingChange first = changes.remove();
        bytes -= first.size();
        return first;
    }
}
