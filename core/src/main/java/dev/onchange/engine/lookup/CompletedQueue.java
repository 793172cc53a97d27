package dev.onchange.engine.lookup;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes that wait until the subscriber requests them, in order. Used by one thread at a time. */
final class CompletedQueue {

    private final LookUpLimits limits;
    private final Deque<CompletedChange> changes = new ArrayDeque<>();
    private long bytes;

    CompletedQueue(LookUpLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Whether a further batch may be looked up while the completed changes are emitted. */
    boolean hasRoom() {
        return changes.size() <= limits.changes() && bytes <= 2L * limits.bytes();
    }

    void add(CompletedChange completed) {
        changes.add(completed);
        bytes += completed.size();
    }

    void addAll(List<CompletedChange> completed) {
        completed.forEach(this::add);
    }

    @Nullable
    CompletedChange poll() {
        CompletedChange first = changes.poll();
        if (first != null) {
            bytes -= first.size();
        }
        return first;
    }

    void clear() {
        changes.clear();
        bytes = 0;
    }
}
